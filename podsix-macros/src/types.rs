//! What can be told of a type from its tokens.

use syn::{Expr, GenericArgument, Lit, PathArguments, Type, TypePath};

use crate::spelling;

/// The type without parentheses, and without the invisible ones that
/// `macro_rules` puts around a `$type`.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => bare(&paren.elem),
        Type::Group(group) => bare(&group.elem),
        ty => ty,
    }
}

/// What is at fault where a type is not serde's.
///
/// The tokens decide over nothing but the words of that error: a `Vec` or
/// `String` of the user's own is no harm.
#[derive(Clone, Copy)]
pub(crate) enum Suspect<'a> {
    /// Nothing, since it is serde's for certain.
    Nobody,
    /// This: in `Vec<Card>` it is `Card`.
    Type(&'a Type),
    /// The type itself or one of several in it: `HashMap<Suit, Card>`.
    Inside,
}

pub(crate) fn suspect(ty: &Type, send_only: bool) -> Suspect<'_> {
    let mut suspects = Vec::new();
    collect(ty, send_only, &mut suspects);
    match *suspects {
        [] => Suspect::Nobody,
        [Type::Path(one)]
            if one
                .path
                .segments
                .iter()
                .all(|segment| segment.arguments.is_none()) =>
        {
            Suspect::Type(suspects[0])
        }
        _ => Suspect::Inside,
    }
}

/// What in a type can't cross the wire for certain, and what to write instead.
pub(crate) fn refusal(ty: &Type, send_only: bool) -> Option<(&Type, String)> {
    let mut suspects = Vec::new();
    collect(ty, send_only, &mut suspects);
    suspects.into_iter().find_map(|suspect| match suspect {
        Type::Array(array) if length(&array.len).is_some() => Some((
            suspect,
            format!(
                "only arrays of up to {MAX_ARRAY} elements can be sent: write `Vec<{}>`, or \
                 `#[serde(with = \"…\")]` on the field",
                spelling::of(&array.elem)
            ),
        )),
        Type::Reference(reference) => {
            let owned = match bare(&reference.elem) {
                Type::Slice(slice) if is_ident(&slice.elem, "u8") => return None,
                Type::Slice(slice) => format!("Vec<{}>", spelling::of(&slice.elem)),
                // It may be that serde can borrow one of these.
                Type::Path(path) if !is_known(path) => return None,
                ty => spelling::of(ty),
            };
            let problem = format!(
                "only `&str` and `&[u8]` can be borrowed from what is received: write `{owned}`, \
                 or `#[message(send_only)]` on an enum that is never received"
            );
            Some((suspect, problem))
        }
        _ => None,
    })
}

/// The largest array that serde knows.
const MAX_ARRAY: usize = 32;

const ATOMS: [&str; 18] = [
    "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16",
    "i32", "i64", "i128", "isize", "f32", "f64",
];

/// Types that can be sent if their arguments can, and how many those are.
const CONTAINERS: [(&str, usize); 9] = [
    ("Vec", 1),
    ("Option", 1),
    ("Box", 1),
    ("VecDeque", 1),
    ("HashSet", 1),
    ("BTreeSet", 1),
    ("HashMap", 2),
    ("BTreeMap", 2),
    ("Result", 2),
];

/// The types in `ty`, itself included, of which the tokens don't tell that serde has them.
fn collect<'a>(ty: &'a Type, send_only: bool, suspects: &mut Vec<&'a Type>) {
    match bare(ty) {
        Type::Tuple(tuple) => {
            let elems = tuple.elems.iter();
            elems.for_each(|elem| collect(elem, send_only, suspects));
        }
        Type::Array(array) if length(&array.len).is_some_and(|len| len <= MAX_ARRAY) => {
            collect(&array.elem, send_only, suspects);
        }
        Type::Reference(reference) if send_only || is_str(&reference.elem) => {
            collect(&reference.elem, send_only, suspects);
        }
        Type::Slice(slice) => collect(&slice.elem, send_only, suspects),
        Type::Path(path) if path.qself.is_none() => {
            let Some(last) = path.path.segments.last() else {
                return;
            };
            let is_name = |name: &str| last.ident == name;
            match &last.arguments {
                PathArguments::None if ATOMS.iter().any(|atom| is_name(atom)) => {}
                PathArguments::AngleBracketed(arguments) => {
                    let known = CONTAINERS.iter().find(|(name, _)| is_name(name));
                    let types = arguments.args.iter().filter_map(|argument| match argument {
                        GenericArgument::Type(ty) => Some(ty),
                        _ => None,
                    });
                    match known {
                        Some((_, count)) => types
                            .take(*count)
                            .for_each(|ty| collect(ty, send_only, suspects)),
                        None => suspects.push(ty),
                    }
                }
                _ => suspects.push(ty),
            }
        }
        ty => suspects.push(ty),
    }
}

/// Whether this is surely a type of the standard library.
fn is_known(path: &TypePath) -> bool {
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let mut containers = CONTAINERS.iter().map(|(name, _)| name);
    ATOMS.iter().any(|name| last.ident == name) || containers.any(|name| last.ident == name)
}

/// The length of an array, where it is a number.
fn length(len: &Expr) -> Option<usize> {
    match len {
        Expr::Lit(len) => match &len.lit {
            Lit::Int(len) => len.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

fn is_ident(ty: &Type, name: &str) -> bool {
    matches!(bare(ty), Type::Path(path) if path.path.is_ident(name))
}

pub(crate) fn is_str(ty: &Type) -> bool {
    is_ident(ty, "str")
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn the_type_at_fault_is_found() {
        let table: [(Type, &str); 12] = [
            (parse_quote!(String), ""),
            (parse_quote!(&'a str), ""),
            (parse_quote!(Vec<Option<(u8, f64)>>), ""),
            (parse_quote!(Card), "Card"),
            (parse_quote!(std::vec::Vec<game::Card>), "game::Card"),
            (parse_quote!([Option<Card>; 5]), "Card"),
            (parse_quote!(HashMap<u32, Card, Hasher>), "Card"),
            (parse_quote!(HashMap<Suit, Card>), "inside"),
            (parse_quote!(Hand<Card>), "inside"),
            (parse_quote!([Card; SIZE]), "inside"),
            (parse_quote!(&'a Card), "inside"),
            (parse_quote!(dyn Card), "inside"),
        ];
        for (ty, expected) in table {
            let found = match suspect(&ty, false) {
                Suspect::Nobody => String::new(),
                Suspect::Type(ty) => spelling::of(ty),
                Suspect::Inside => "inside".to_owned(),
            };
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let table: [(Type, bool, &str); 9] = [
            (parse_quote!(Vec<[Card; 33]>), false, "[Card; 33]"),
            (parse_quote!([u8; 32]), false, ""),
            (parse_quote!([u8; SIZE]), false, ""),
            (parse_quote!(Option<&'a [u16]>), false, "&'a [u16]"),
            (parse_quote!(&'a Vec<Card>), false, "&'a Vec<Card>"),
            (parse_quote!(&'a [u8]), false, ""),
            (parse_quote!(&'a RawValue), false, ""),
            (parse_quote!(&'a [u16]), true, ""),
            (parse_quote!(&'a [[u8; 40]]), true, "[u8; 40]"),
        ];
        for (ty, send_only, expected) in table {
            let refused = refusal(&ty, send_only).map(|(ty, _)| spelling::of(ty));
            assert_eq!(refused.unwrap_or_default(), expected);
        }
    }
}
