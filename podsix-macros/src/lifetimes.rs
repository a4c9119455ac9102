//! Lifetimes in the tokens of a type, written otherwise.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};

/// The tokens with `'name` for each lifetime that `rename` gives a name for.
pub(crate) fn renamed(
    tokens: TokenStream,
    rename: &dyn Fn(&Ident) -> Option<&'static str>,
) -> TokenStream {
    let mut after_quote = false;
    let replace = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            after_quote = false;
            let mut inner = Group::new(group.delimiter(), renamed(group.stream(), rename));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        TokenTree::Ident(ident) if after_quote => {
            after_quote = false;
            let name = rename(&ident);
            TokenTree::Ident(name.map_or(ident.clone(), |name| Ident::new(name, ident.span())))
        }
        token => {
            after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
            token
        }
    };
    tokens.into_iter().map(replace).collect()
}
