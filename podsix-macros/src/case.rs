//! How names are made of names.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::Parser;

/// A spelling that `rename_all` can ask for, as serde names them.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const SPELLINGS: [(&str, Case); 8] = [
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    pub(crate) fn from_spelling(spelling: &str) -> Option<Self> {
        SPELLINGS
            .iter()
            .find(|(name, _)| *name == spelling)
            .map(|(_, case)| *case)
    }

    /// All spellings, for an error message.
    pub(crate) fn spellings() -> String {
        SPELLINGS.map(|(name, _)| format!("`{name}`")).join(", ")
    }

    /// The name of a variant, which is in `PascalCase`, in this spelling.
    pub(crate) fn apply(self, variant: &str) -> String {
        match self {
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Pascal => variant.to_owned(),
            Self::Camel => {
                let mut chars = variant.chars();
                let first = chars.next().map(|first| first.to_ascii_lowercase());
                first.into_iter().chain(chars).collect()
            }
            Self::Snake => snake(variant),
            Self::ScreamingSnake => snake(variant).to_ascii_uppercase(),
            Self::Kebab => snake(variant).replace('_', "-"),
            Self::ScreamingKebab => snake(variant).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// serde's rule: an underscore before every capital but the first character,
/// so that `HTTPGet` is `h_t_t_p_get`.
fn snake(variant: &str) -> String {
    let mut snake = String::new();
    for (index, character) in variant.char_indices() {
        if index > 0 && character.is_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// The name of an identifier without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// An identifier of this name, raw if the name is a keyword; `None` where no
/// identifier can have it, as `self` or `1`.
pub(crate) fn ident(name: &str, span: Span) -> Option<Ident> {
    if syn::parse_str::<Ident>(name).is_ok() {
        return Some(Ident::new(name, span));
    }
    let never_raw = matches!(name, "_" | "self" | "Self" | "super" | "crate");
    let keyword = Ident::parse_any.parse_str(name).is_ok();
    (keyword && !never_raw).then(|| Ident::new_raw(name, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_as_serde_does() {
        let table = [
            ("lowercase", "verytasty"),
            ("UPPERCASE", "VERYTASTY"),
            ("PascalCase", "VeryTasty"),
            ("camelCase", "veryTasty"),
            ("snake_case", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "VERY_TASTY"),
            ("kebab-case", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "VERY-TASTY"),
        ];
        for (spelling, expected) in table {
            let name = Case::from_spelling(spelling).map(|case| case.apply("VeryTasty"));
            assert_eq!(name.as_deref(), Some(expected));
        }
        assert_eq!(Case::Snake.apply("HTTPGet"), "h_t_t_p_get");
        assert_eq!(Case::Snake.apply("A"), "a");
        assert_eq!(Case::Snake.apply("Z42"), "z42");
        assert_eq!(Case::Camel.apply("A"), "a");
    }

    #[test]
    fn keywords_become_raw() {
        let span = Span::call_site();
        let ident = |name| ident(name, span).map(|ident| ident.to_string());
        assert_eq!(ident("type").as_deref(), Some("r#type"));
        assert_eq!(ident("kind").as_deref(), Some("kind"));
        for impossible in ["", "_", "self", "Self", "super", "crate", "1"] {
            assert_eq!(ident(impossible), None);
        }
    }
}
