//! Tokens as a person would write them, for error messages.

use quote::ToTokens;

/// The tokens without the spaces that token streams are printed with.
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
