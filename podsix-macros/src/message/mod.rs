//! `#[derive(Message)]`.

mod ast;
mod attr;
mod expand;
mod field;
mod generics;
mod parse;
mod valid;
mod wrapper;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::errors::Errors;
use crate::self_type;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    self_type::name_it(&mut input);
    let mut errors = Errors::new();
    let message = parse::message(&input, &mut errors);
    valid::check(&message, &mut errors);
    match errors.finish() {
        None => expand::message(&message),
        Some(errors) => expand::fallback(&message, &errors),
    }
}
