//! `#[network_handler]`.

mod args;
mod ast;
mod block;
mod expand;
mod near_miss;
mod parse;
mod valid;

use proc_macro2::TokenStream;
use quote::quote;

use self::args::Args;
use self::block::Block;
use crate::errors::Errors;

pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let args = Args::parse(args, &mut errors);
    // Without an `impl` block there is nothing to say about methods.
    let Some(mut block) = Block::parse(item.clone(), &mut errors) else {
        let errors = errors.finish();
        return quote!(#item #errors);
    };
    let handler = parse::handler(args, &block, &mut errors);
    valid::check(&handler, &block, &mut errors);
    match errors.finish() {
        None => {
            let generated = expand::handler(&handler, &block);
            quote!(#block #generated)
        }
        Some(errors) => {
            let fallback = expand::fallback(&handler, &block);
            block.drop_repeated_methods();
            quote!(#block #errors #fallback)
        }
    }
}
