//! Shapes of actions, and bodies that are read by them.

use super::choices::Choices;
use crate::Value;
use crate::shape::Shape;

/// The lengths of two shapes, the shapes, and a body.
pub(super) fn body(data: &[u8]) {
    let mut choices = Choices::new(data);
    let lengths = [choices.byte(), choices.byte()];
    let [theirs, ours] = lengths.map(|length| shape(choices.bytes(length.into())));
    let Some(theirs) = theirs else {
        return;
    };
    let body = choices.rest();
    // It is shown to whoever wrote the other end.
    assert!(theirs.to_string().len() <= 512);
    assert!(theirs.takes(&theirs));
    if let Some(ours) = ours {
        ours.takes(&theirs);
    }
    let checked = theirs.check(body);
    let read = theirs.read(body);
    if let Ok(value) = read {
        assert_eq!(checked, Ok(()));
        let most = (1 << 16) + 32 * body.len();
        assert!(count(&value) <= most);
        let mut bytes = Vec::new();
        // It may be nested deeper than a value that is passed on.
        if value.encode(&mut bytes, usize::MAX).is_ok() {
            assert_eq!(Value::decode(&bytes).as_ref(), Ok(&value));
        }
    }
}

/// A shape has one form only.
fn shape(bytes: &[u8]) -> Option<Shape> {
    let shape = Shape::decode(bytes).ok()?;
    let mut again = Vec::new();
    shape.encode(&mut again);
    assert_eq!(again, bytes);
    Some(shape)
}

fn count(value: &Value) -> usize {
    let inside = match value {
        Value::List(items) | Value::Tuple(items) => items.iter().map(count).sum(),
        Value::Map(map) => map
            .iter()
            .map(|(key, value)| count(key) + count(value))
            .sum(),
        _ => 0,
    };
    inside + 1
}
