//! What a value of one shape is as a type of another, by the rules that games are promised.

use super::super::super::{Named, Shape};
use super::At;
use super::shapes::is_number;
use super::typed::DEFAULT;
use crate::value::{Key, Map, Value};

/// What comes of reading a value.
#[derive(Debug)]
pub(super) enum Fit {
    /// It is this.
    Reads(Value),
    /// This value does not fit, though others may.
    Refused,
    /// It depends on the number or the text; other tests look into that.
    Either,
    /// No such value fits, so the shape should not have been taken.
    Never(String),
}

/// What `value`, of the shape `theirs`, is as one of the shape `ours`.
pub(super) fn fit(ours: At<'_>, theirs: At<'_>, value: &Value) -> Fit {
    let (ours, theirs) = (ours.resolved(), theirs.resolved());
    match (ours.shape, theirs.shape) {
        (Shape::Option(_), _) if value.is_none() => Fit::Reads(Value::None),
        (Shape::Option(inner), Shape::Option(other)) => {
            fit(ours.inner(inner), theirs.inner(other), value)
        }
        (Shape::Option(inner), _) => fit(ours.inner(inner), theirs, value),
        (Shape::Unit, Shape::Option(_)) if value.is_none() => Fit::Reads(Value::None),
        (_, Shape::Option(_)) if value.is_none() => Fit::Refused,
        (_, Shape::Option(other)) => fit(ours, theirs.inner(other), value),

        (Shape::Seq(inner), Shape::Seq(other)) => all(elements(value)
            .iter()
            .map(|element| fit(ours.inner(inner), theirs.inner(other), element)))
        .map(Value::List),
        (Shape::Seq(inner), Shape::Tuple(others)) => {
            let pairs = others.iter().zip(elements(value));
            all(pairs.map(|(other, element)| fit(ours.inner(inner), theirs.inner(other), element)))
                .map(Value::List)
        }
        (Shape::Tuple(inners), Shape::Seq(_)) if inners.len() != elements(value).len() => {
            Fit::Refused
        }
        (Shape::Tuple(inners), Shape::Seq(other)) => {
            let pairs = inners.iter().zip(elements(value));
            all(pairs.map(|(inner, element)| fit(ours.inner(inner), theirs.inner(other), element)))
                .map(Value::Tuple)
        }
        (Shape::Tuple(inners), Shape::Tuple(others)) if inners.len() == others.len() => {
            let pairs = inners.iter().zip(others).zip(elements(value));
            all(pairs.map(|((inner, other), element)| {
                fit(ours.inner(inner), theirs.inner(other), element)
            }))
            .map(Value::Tuple)
        }

        (Shape::Map(entry), Shape::Map(other)) => {
            let entries = value.as_map().expect("a map");
            let keys = all(entries
                .keys()
                .map(|key| fit(ours.inner(&entry.0), theirs.inner(&other.0), key)));
            let values = all(entries
                .values()
                .map(|value| fit(ours.inner(&entry.1), theirs.inner(&other.1), value)));
            keys.and(values).map(|(keys, values)| {
                let keys = keys
                    .into_iter()
                    .map(|key| Key::try_from(key).expect("a key"));
                Value::Map(keys.zip(values).collect())
            })
        }
        (Shape::Struct(fields), Shape::Struct(others)) => {
            let values = all(fields.iter().map(|field| {
                let names = |other: &&Named| {
                    field.name == other.name || field.leniency.aliases.contains(&&*other.name)
                };
                let mut found = others.iter().filter(names);
                match (found.next(), found.next()) {
                    (Some(_), Some(_)) => Fit::Refused,
                    (Some(other), None) => {
                        let value = value.as_map().and_then(|map| map.get(&*other.name));
                        let value = value.expect("all its fields");
                        fit(ours.inner(&field.shape), theirs.inner(&other.shape), value)
                    }
                    (None, _) if matches!(field.shape, Shape::Option(_)) => Fit::Reads(Value::None),
                    (None, _) if field.leniency.required => {
                        Fit::Never(format!("`{}` is missing", field.name))
                    }
                    (None, _) => Fit::Reads(Value::from(DEFAULT)),
                }
            }));
            values.map(|values| {
                let names = fields.iter().map(|field| &*field.name);
                Value::Map(names.zip(values).collect())
            })
        }

        (Shape::Enum(variants), Shape::Enum(others)) => {
            let (name, held) = variant(value);
            let find = |name: &str, all: &'_ [Named]| {
                all.iter().position(|variant| *variant.name == *name)
            };
            if !others
                .iter()
                .any(|other| find(&other.name, variants).is_some())
            {
                return Fit::Never("no variant is in common".to_owned());
            }
            let other = &others[find(name, others).expect("one of its variants")];
            match find(name, variants).map(|index| &variants[index]) {
                Some(variant) => {
                    let fit = fit(ours.inner(&variant.shape), theirs.inner(&other.shape), held);
                    fit.map(|held| as_variant(variant, held))
                }
                None => Fit::Refused,
            }
        }
        (Shape::Str, Shape::Enum(_)) => match value {
            Value::Str(_) => Fit::Reads(value.clone()),
            _ => Fit::Refused,
        },
        (Shape::Enum(variants), Shape::Str) => {
            let name = value.as_str().expect("text");
            match variants.iter().find(|variant| *variant.name == *name) {
                Some(variant) if variant.shape == Shape::Unit => Fit::Reads(value.clone()),
                // A variant that may hold nothing.
                Some(_) => Fit::Either,
                None => Fit::Refused,
            }
        }
        (Shape::Char, Shape::Str)
            if value.as_str().is_none_or(|text| text.chars().count() != 1) =>
        {
            Fit::Refused
        }
        (Shape::Str | Shape::Char, Shape::Str | Shape::Char) => Fit::Reads(value.clone()),

        (ours, theirs) if ours == theirs || widens(ours, theirs) => Fit::Reads(value.clone()),
        (ours, theirs) if is_number(ours) && is_number(theirs) => Fit::Either,
        (ours, theirs) => Fit::Never(format!("{ours} is not {theirs}")),
    }
}

impl<T> Fitting<T> {
    fn map(self, make: impl FnOnce(T) -> Value) -> Fit {
        match self {
            Self::Reads(value) => Fit::Reads(make(value)),
            Self::Other(fit) => fit,
        }
    }

    fn and<U>(self, other: Fitting<U>) -> Fitting<(T, U)> {
        match (self, other) {
            (Self::Reads(one), Fitting::Reads(other)) => Fitting::Reads((one, other)),
            (Self::Other(Fit::Never(why)), _) | (_, Fitting::Other(Fit::Never(why))) => {
                Fitting::Other(Fit::Never(why))
            }
            (Self::Other(Fit::Refused), _) | (_, Fitting::Other(Fit::Refused)) => {
                Fitting::Other(Fit::Refused)
            }
            _ => Fitting::Other(Fit::Either),
        }
    }
}

impl Fit {
    fn map(self, make: impl FnOnce(Value) -> Value) -> Self {
        match self {
            Self::Reads(value) => Self::Reads(make(value)),
            other => other,
        }
    }
}

/// What comes of several.
enum Fitting<T> {
    Reads(T),
    Other(Fit),
}

/// What comes of all parts of a value.
fn all(parts: impl Iterator<Item = Fit>) -> Fitting<Vec<Value>> {
    parts.fold(Fitting::Reads(Vec::new()), |before, part| {
        let part = match part {
            Fit::Reads(value) => Fitting::Reads(value),
            other => Fitting::Other(other),
        };
        match before.and(part) {
            Fitting::Reads((mut values, value)) => {
                values.push(value);
                Fitting::Reads(values)
            }
            Fitting::Other(other) => Fitting::Other(other),
        }
    })
}

fn elements(value: &Value) -> &[Value] {
    value.as_list().expect("elements")
}

/// The name of a value's variant, and what it holds.
fn variant(value: &Value) -> (&str, &Value) {
    match value {
        Value::Map(map) => {
            let (name, held) = map.iter().next().expect("its variant");
            (name.as_str().expect("a name"), held)
        }
        name => (name.as_str().expect("a name"), &Value::None),
    }
}

fn as_variant(variant: &Named, held: Value) -> Value {
    match variant.shape {
        Shape::Unit => Value::from(&*variant.name),
        _ => Value::Map(Map::from([(&*variant.name, held)])),
    }
}

/// Whether each number of one type is one of the other.
fn widens(ours: &Shape, theirs: &Shape) -> bool {
    let rank = |shape: &Shape| {
        let signed = [Shape::I8, Shape::I16, Shape::I32, Shape::I64, Shape::I128];
        let unsigned = [Shape::U8, Shape::U16, Shape::U32, Shape::U64, Shape::U128];
        let floats = [Shape::F32, Shape::F64];
        let kinds = [&signed[..], &unsigned, &floats];
        kinds.into_iter().enumerate().find_map(|(kind, types)| {
            let rank = types.iter().position(|other| other == shape)?;
            Some((kind, rank))
        })
    };
    match (rank(ours), rank(theirs)) {
        (Some((kind, ours)), Some((other, theirs))) => kind == other && ours >= theirs,
        _ => false,
    }
}
