//! The macros of podsix.
use proc_macro::TokenStream;

/// STUB
#[proc_macro_derive(Message, attributes(message, serde))]
pub fn message(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
/// STUB
#[proc_macro_derive(Data, attributes(serde))]
pub fn data(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
/// STUB
#[proc_macro_attribute]
pub fn network_handler(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
