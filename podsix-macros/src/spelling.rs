//! What tokens spell.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// The tokens as a person would write them, for error messages: without the
/// spaces that token streams are printed with.
pub(crate) fn of(tokens: &impl ToTokens) -> String {
    let printed = tokens.to_token_stream().to_string();
    let mut spelled = String::with_capacity(printed.len());
    let mut chars = printed.chars().peekable();
    while let Some(character) = chars.next() {
        if character == ' ' {
            let tight_before = spelled.ends_with(['<', ':', '&', '(', '[', '\'']);
            let tight_after = chars.peek().is_some_and(|next| "<>:,;)(]".contains(*next));
            if tight_before || tight_after {
                continue;
            }
        }
        spelled.push(character);
    }
    spelled
}

/// Whether one of these names occurs in the tokens.
pub(crate) fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.iter().any(|name| ident == name),
        TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn types_read_as_written() {
        assert_eq!(of(&quote!(Channel<Player, Game>)), "Channel<Player, Game>");
        assert_eq!(of(&quote!(proto::ToServer)), "proto::ToServer");
        assert_eq!(of(&quote!(&'a mut Vec<(u8, u8)>)), "&'a mut Vec<(u8, u8)>");
    }
}
