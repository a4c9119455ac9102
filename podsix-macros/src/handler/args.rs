//! Reads the arguments: `#[network_handler(Enum, .., crate = "net")]`, and those
//! of `#[action]`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{LitStr, Path, Token, Type};

use crate::crate_path;
use crate::errors::Errors;

pub(crate) struct Args {
    pub(crate) krate: Path,
    pub(crate) mode: Mode,
}

/// How methods find their actions.
pub(crate) enum Mode {
    /// By the variants of an enum.
    Linked {
        linked: Box<Type>,
        /// `..`: the other actions are somebody else's.
        partial: bool,
    },
    /// By their names alone.
    Loose,
    /// The arguments are wrong.
    Unknown,
}

/// One argument, between commas.
enum Argument {
    Enum(Box<Type>),
    Rest(Token![..]),
    Crate(Span, Path),
}

const EXPECTED: &str = "this is no argument of `#[network_handler]`, which takes the enum whose \
                        actions these methods handle, `..` and `crate = \"…\"`: write for \
                        example `#[network_handler(ToServer, ..)]`";

impl Args {
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut linked: Option<Box<Type>> = None;
        let mut rest: Option<Token![..]> = None;
        let mut krate: Option<Path> = None;
        let mut wrong = false;
        for argument in split(tokens) {
            match errors.ok(syn::parse2::<Argument>(argument)) {
                Some(Argument::Enum(ty)) if linked.is_none() => linked = Some(ty),
                Some(Argument::Enum(ty)) => {
                    wrong = true;
                    errors.at(
                        ty,
                        "one block handles the actions of one enum: move the methods for this \
                         one to another type",
                    );
                }
                Some(Argument::Rest(dots)) if rest.is_none() => {
                    rest = Some(dots);
                    if linked.is_none() {
                        wrong = true;
                        errors.at(
                            dots,
                            "`..` comes after an enum: write `(ToServer, ..)`; without an enum \
                             no action has to be handled",
                        );
                    }
                }
                Some(Argument::Rest(dots)) => {
                    wrong = true;
                    errors.at(dots, "`..` is written twice: remove one");
                }
                Some(Argument::Crate(_, path)) if krate.is_none() => krate = Some(path),
                Some(Argument::Crate(span, _)) => {
                    wrong = true;
                    errors.push(syn::Error::new(span, "`crate` is set twice: remove one"));
                }
                None => wrong = true,
            }
        }
        let mode = match linked {
            Some(linked) => Mode::Linked {
                linked,
                partial: rest.is_some(),
            },
            None if wrong => Mode::Unknown,
            None => Mode::Loose,
        };
        Self {
            krate: krate.unwrap_or_else(crate_path::default),
            mode,
        }
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let argument = if input.peek(Token![..]) {
            Self::Rest(input.parse()?)
        } else if input.peek(Token![crate]) && !input.peek2(Token![::]) {
            let span = input.span();
            Self::Crate(span, crate_path::parse(input)?)
        } else {
            if let Some(text) = input.parse::<Option<LitStr>>()? {
                let name = text.value();
                let problem = match syn::parse_str::<Path>(&name) {
                    Ok(_) => format!("the enum goes without quotes: write `{name}`"),
                    Err(_) => EXPECTED.to_owned(),
                };
                return Err(syn::Error::new(text.span(), problem));
            }
            let start = input.cursor().token_tree().map(|(token, _)| token);
            let wrong = || match &start {
                Some(start) => syn::Error::new_spanned(start, EXPECTED),
                None => input.error(EXPECTED),
            };
            let ty: Type = input.parse().map_err(|_| wrong())?;
            let may_be_enum = match &ty {
                // A word in small letters was meant as a setting.
                Type::Path(ty) => ty.path.get_ident().is_none_or(|ident| {
                    !ident
                        .to_string()
                        .starts_with(|first: char| first.is_ascii_lowercase())
                }),
                Type::Group(_) => true,
                _ => false,
            };
            if !input.is_empty() || !may_be_enum {
                return Err(wrong());
            }
            Self::Enum(Box::new(ty))
        };
        if input.is_empty() {
            Ok(argument)
        } else {
            Err(input.error("expected a comma"))
        }
    }
}

/// The tokens between the commas that are not within `<…>`.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut depth = 0_usize;
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Punct(punct) if punct.as_char() == ',' && depth == 0 => {
                parts.push(part.drain(..).collect());
                continue;
            }
            _ => {}
        }
        part.push(token);
    }
    if !part.is_empty() {
        parts.push(part.into_iter().collect());
    }
    parts
}

/// What `#[action(…)]` names.
pub(crate) enum Named {
    Variant(Ident),
    Action(LitStr),
}

impl Named {
    pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Self> {
        let parser = |input: ParseStream<'_>| {
            let named = if input.peek(LitStr) {
                Self::Action(input.parse()?)
            } else {
                Self::Variant(input.parse()?)
            };
            if input.is_empty() {
                Ok(named)
            } else {
                Err(input.error("expected one name"))
            }
        };
        parser.parse2(tokens)
    }
}
