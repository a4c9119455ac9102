//! The macros of podsix.

use proc_macro::TokenStream;

mod case;
mod crate_path;
mod data;
mod errors;
mod handler;
mod message;
mod spelling;

/// STUB
#[proc_macro_derive(Message, attributes(message, serde))]
pub fn message(input: TokenStream) -> TokenStream {
    message::derive(input.into()).into()
}
/// STUB
#[proc_macro_derive(Data, attributes(data, serde))]
pub fn data(input: TokenStream) -> TokenStream {
    data::derive(input.into()).into()
}
/// STUB
#[proc_macro_attribute]
pub fn network_handler(args: TokenStream, item: TokenStream) -> TokenStream {
    handler::attribute(args.into(), item.into()).into()
}
