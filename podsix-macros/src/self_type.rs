//! `Self` in the types of fields, which would be another type in the code that
//! is generated.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Field};

/// Writes the type's name for `Self`.
///
/// Input:
/// ```text
/// enum Deck { Empty, Of(Box<Self>, Card) }
/// ```
///
/// Output:
/// ```text
/// enum Deck { Empty, Of(Box<Deck>, Card) }
/// ```
pub(crate) fn name_it(input: &mut DeriveInput) {
    let ident = &input.ident;
    let (_, arguments, _) = input.generics.split_for_impl();
    let name = quote!(#ident #arguments);
    match &mut input.data {
        Data::Struct(data) => data
            .fields
            .iter_mut()
            .for_each(|field| in_field(field, &name)),
        Data::Enum(data) => {
            let fields = data
                .variants
                .iter_mut()
                .flat_map(|variant| &mut variant.fields);
            fields.for_each(|field| in_field(field, &name));
        }
        Data::Union(_) => {}
    }
}

fn in_field(field: &mut Field, name: &TokenStream) {
    let ty = field.ty.to_token_stream();
    if !crate::spelling::mentions(ty.clone(), &["Self".to_owned()]) {
        return;
    }
    // What can't be parsed now the compiler will refuse as it is.
    if let Ok(ty) = syn::parse2(replaced(ty, name)) {
        field.ty = ty;
    }
}

fn replaced(tokens: TokenStream, name: &TokenStream) -> TokenStream {
    let replace = |token| match token {
        TokenTree::Ident(ident) if ident == "Self" => name.clone(),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), replaced(group.stream(), name));
            inner.set_span(group.span());
            TokenTree::Group(inner).into()
        }
        token => token.into(),
    };
    tokens.into_iter().map(replace).collect()
}
