//! The rule for the names of actions.

use quote::ToTokens;

use crate::errors::Errors;

/// An action's name is 1 to 255 bytes long, since its length crosses in a byte.
/// `attribute` is how another one can be given.
pub(crate) fn check_action(
    name: &str,
    tokens: impl ToTokens,
    attribute: &str,
    errors: &mut Errors,
) {
    const MAX_BYTES: usize = 255;
    let size = name.len();
    if size == 0 {
        let example = attribute.replace('…', "start-line");
        errors.at(
            tokens,
            format!("an action can't be empty: write for example `{example}`"),
        );
    } else if size > MAX_BYTES {
        errors.at(
            tokens,
            format!(
                "this action takes {size} bytes, the limit is {MAX_BYTES}: write a shorter one \
                 as `{attribute}`"
            ),
        );
    }
}
