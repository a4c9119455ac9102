//! The path by which generated code reaches the runtime crate: `::podsix`, or
//! what `crate = "…"` says.

use syn::parse::ParseStream;
use syn::{LitStr, Path, Token, parse_quote};

pub(crate) fn default() -> Path {
    parse_quote!(::podsix)
}

/// Parses `crate = "path"`.
pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Path> {
    let keyword: Token![crate] = input.parse()?;
    let wrong = |span| {
        syn::Error::new(
            span,
            "the path to podsix goes in quotes: write `crate = \"net\"`",
        )
    };
    if input.parse::<Token![=]>().is_err() {
        return Err(wrong(keyword.span));
    }
    let span = input.span();
    let text: LitStr = input.parse().map_err(|_| wrong(span))?;
    from_text(&text)
}

/// The path in the quotes.
pub(crate) fn from_text(text: &LitStr) -> syn::Result<Path> {
    text.parse_with(Path::parse_mod_style).map_err(|_| {
        syn::Error::new(
            text.span(),
            "this is not the path of a crate or module: write for example `crate = \"net\"`",
        )
    })
}
