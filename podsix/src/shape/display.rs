//! Shapes as a game's author reads them, in an error: `{who: string, at: (f32, f32), team: ?u8}`.

use core::fmt::{self, Display, Formatter, Write};

use super::{Named, Shape};

/// The longest text, in bytes. A peer's shape may be far larger, and it goes into errors and logs.
const MAX_TEXT: usize = 512;

/// Written in place of what is cut off.
const CUT: &str = "…";

impl Display for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut text = Text {
            out: f,
            left: MAX_TEXT - CUT.len(),
            cut: false,
        };
        match self.write(&mut text) {
            Err(fmt::Error) if text.cut => f.write_str(CUT),
            result => result,
        }
    }
}

impl Shape {
    fn write(&self, text: &mut Text<'_, '_>) -> fmt::Result {
        match self {
            Self::Unit => text.write_str("()"),
            Self::Bool => text.write_str("bool"),
            Self::I8 => text.write_str("i8"),
            Self::I16 => text.write_str("i16"),
            Self::I32 => text.write_str("i32"),
            Self::I64 => text.write_str("i64"),
            Self::I128 => text.write_str("i128"),
            Self::U8 => text.write_str("u8"),
            Self::U16 => text.write_str("u16"),
            Self::U32 => text.write_str("u32"),
            Self::U64 => text.write_str("u64"),
            Self::U128 => text.write_str("u128"),
            Self::F32 => text.write_str("f32"),
            Self::F64 => text.write_str("f64"),
            Self::Char => text.write_str("char"),
            Self::Str => text.write_str("string"),
            Self::Bytes => text.write_str("bytes"),
            Self::Option(inner) => {
                text.write_str("?")?;
                inner.write(text)
            }
            Self::Seq(inner) => {
                text.write_str("[")?;
                inner.write(text)?;
                text.write_str("]")
            }
            Self::Tuple(shapes) => write_tuple(shapes, text),
            Self::Map(entry) => {
                text.write_str("map(")?;
                entry.0.write(text)?;
                text.write_str(": ")?;
                entry.1.write(text)?;
                text.write_str(")")
            }
            Self::Struct(fields) => {
                text.write_str("{")?;
                text.list(fields, |field, text| {
                    text.name(&field.name)?;
                    text.write_str(": ")?;
                    field.shape.write(text)
                })?;
                text.write_str("}")
            }
            Self::Enum(variants) => {
                text.write_str("one of(")?;
                text.list(variants, write_variant)?;
                text.write_str(")")
            }
            Self::Recursive(levels) => write!(text, "(as {levels} levels up)"),
            Self::Unknown => text.write_str("unknown"),
        }
    }
}

/// `(u8, f32)`, or `[u8; 4]` for an array of more than a few.
fn write_tuple(shapes: &[Shape], text: &mut Text<'_, '_>) -> fmt::Result {
    match shapes {
        [first, rest @ ..] if rest.len() > 2 && rest.iter().all(|shape| shape == first) => {
            text.write_str("[")?;
            first.write(text)?;
            write!(text, "; {}]", shapes.len())
        }
        _ => {
            text.write_str("(")?;
            text.list(shapes, Shape::write)?;
            text.write_str(")")
        }
    }
}

/// `quit`, `move{x: f32}`, `say(string)`.
fn write_variant(variant: &Named, text: &mut Text<'_, '_>) -> fmt::Result {
    text.name(&variant.name)?;
    match &variant.shape {
        Shape::Unit => Ok(()),
        Shape::Struct(_) => variant.shape.write(text),
        Shape::Tuple(shapes) => {
            text.write_str("(")?;
            text.list(shapes, Shape::write)?;
            text.write_str(")")
        }
        other => {
            text.write_str("(")?;
            other.write(text)?;
            text.write_str(")")
        }
    }
}

/// Text that ends after so many bytes.
struct Text<'a, 'b> {
    out: &'a mut Formatter<'b>,
    left: usize,
    // Whether the text ended because it was too long. It takes nothing more then.
    cut: bool,
}

impl Text<'_, '_> {
    fn list<T>(
        &mut self,
        items: &[T],
        mut write: impl FnMut(&T, &mut Self) -> fmt::Result,
    ) -> fmt::Result {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.write_str(", ")?;
            }
            write(item, self)?;
        }
        Ok(())
    }

    /// A name may come from a peer: a line break or an escape code in it must not reach a terminal.
    fn name(&mut self, name: &str) -> fmt::Result {
        for letter in name.chars() {
            match letter {
                '"' | '\'' => self.write_char(letter)?,
                _ => write!(self, "{}", letter.escape_debug())?,
            }
        }
        Ok(())
    }
}

impl Write for Text<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let fitting = match text.len() <= self.left {
            true => text,
            false => {
                self.cut = true;
                let end = (0..=self.left)
                    .rev()
                    .find(|&end| text.is_char_boundary(end))
                    .unwrap_or(0);
                text.get(..end).unwrap_or_default()
            }
        };
        self.left -= fitting.len();
        self.out.write_str(fitting)?;
        if self.cut { Err(fmt::Error) } else { Ok(()) }
    }
}
