//! Where a value ends in a stream of bytes, and whether it is a valid one.

use super::skip::{key_text, no_key};
use super::tokens::{Reader, Stop, Token, code, too_deep};
use crate::codec::bincode::Problem;
use crate::value::MAX_LEVELS;

/// Follows one value to its end as its bytes arrive.
///
/// It checks all of the value: every token, every claim against the limit, at most [`MAX_LEVELS`] levels, keys without
/// lists and dicts, UTF-8 where a key is text. What it accepts, everything else here can read. It takes no memory, and
/// of what it has seen it looks again at no more than the start of a token that was cut off, 64 bytes at most.
#[derive(Debug, Clone)]
pub(crate) struct Scanner {
    limit: usize,
    // The start of the next token.
    position: usize,
    needed: usize,
    // 0 <= depth <= MAX_LEVELS: how many of `levels` are open, the outermost first.
    depth: usize,
    levels: [Level; MAX_LEVELS],
}

/// A list, tuple or dict on the way.
#[derive(Debug, Clone, Copy)]
struct Level {
    next: Next,
    // How many values (in a dict, pairs) are still to end, or `MARKED`.
    left: u8,
}

/// What comes next in a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// An element of a list or a tuple.
    Element,
    /// An element of a tuple that is a key or inside one.
    KeyElement,
    /// A key of a dict.
    Key,
    /// The value after a key.
    Value,
}

/// There is a mark at the end in place of a count, which is never so large.
const MARKED: u8 = u8::MAX;

impl Scanner {
    /// A scanner that refuses a value of more than `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            position: 0,
            needed: 1,
            depth: 0,
            levels: [Level {
                next: Next::Element,
                left: 0,
            }; MAX_LEVELS],
        }
    }

    /// Prepares for the next value.
    pub(crate) fn reset(&mut self) {
        self.position = 0;
        self.needed = 1;
        self.depth = 0;
    }

    /// Whether no token of the value was taken yet.
    #[inline]
    pub(crate) fn is_at_start(&self) -> bool {
        self.position == 0
    }

    /// Goes on in the value, of which `bytes` holds all that has arrived, always from its beginning; what follows it may
    /// be there too. Gives the position of its end once it is whole. Then, and after an error, comes a
    /// [`reset`](Self::reset).
    ///
    /// # Errors
    ///
    /// [`Problem::TooLarge`] as soon as it is known that the value goes on beyond the limit, [`Problem::Invalid`] if this
    /// is no valid value.
    pub(crate) fn scan(&mut self, bytes: &[u8]) -> Result<Option<usize>, Problem> {
        if bytes.len() < self.needed {
            return Ok(None);
        }
        let mut reader = Reader::at(bytes, self.position);
        loop {
            // Most tokens are just passed over.
            let token = if !self.in_key() && reader.take_sized() {
                Ok(None)
            } else {
                reader.token().map(Some)
            };
            match token {
                Ok(token) => {
                    self.position = reader.position();
                    if self.position > self.limit {
                        return Err(Problem::TooLarge);
                    }
                    let is_whole = match token {
                        Some(token) => self.take(token)?,
                        None => true,
                    };
                    if is_whole && self.has_ended() {
                        return Ok(Some(self.position));
                    }
                }
                Err(Stop::Short(needed)) if needed > self.limit => return Err(Problem::TooLarge),
                Err(Stop::Short(needed)) => {
                    self.needed = needed;
                    return Ok(None);
                }
                Err(stop) => return Err(stop.problem()),
            }
        }
    }

    /// How many bytes, from the value's beginning on, there must be at least before [`scan`](Self::scan) can get any
    /// further.
    pub(crate) fn needed(&self) -> usize {
        self.needed
    }

    /// Takes the next token. Gives whether a value ended with it.
    #[inline]
    fn take(&mut self, token: Token<'_>) -> Result<bool, Problem> {
        let in_key = self.in_key();
        match token {
            Token::Str(text) if in_key => key_text(text).map(|_| true),
            Token::List(_) | Token::Dict(_) if in_key => Err(no_key()),
            Token::List(count) => self.open(Next::Element, count),
            Token::Tuple(count) if in_key => self.open(Next::KeyElement, count),
            Token::Tuple(count) => self.open(Next::Element, count),
            Token::Dict(count) => self.open(Next::Key, count),
            Token::End => self.end(),
            _ => Ok(true),
        }
    }

    /// Gives whether this level was at its end at once.
    fn open(&mut self, next: Next, count: Option<usize>) -> Result<bool, Problem> {
        let left = match count {
            Some(count) => u8::try_from(count).unwrap_or(MARKED),
            None => MARKED,
        };
        let Some(level) = self.levels.get_mut(self.depth) else {
            return Err(too_deep());
        };
        if left == 0 {
            return Ok(true);
        }
        *level = Level { next, left };
        self.depth += 1;
        Ok(false)
    }

    fn end(&mut self) -> Result<bool, Problem> {
        match self.level() {
            Some(level) if level.left == MARKED && level.next != Next::Value => {
                self.depth -= 1;
                Ok(true)
            }
            _ => Err(Stop::NoToken(code::END).problem()),
        }
    }

    /// A value ended: gives whether that was the outermost.
    #[inline]
    fn has_ended(&mut self) -> bool {
        while let Some(level) = self.level() {
            match level.next {
                Next::Key => {
                    level.next = Next::Value;
                    return false;
                }
                Next::Value => level.next = Next::Key,
                Next::Element | Next::KeyElement => {}
            }
            if level.left == MARKED {
                return false;
            }
            level.left -= 1;
            if level.left > 0 {
                return false;
            }
            self.depth -= 1;
        }
        true
    }

    /// Whether a key comes next, or an element inside one.
    #[inline]
    fn in_key(&mut self) -> bool {
        self.level()
            .is_some_and(|level| matches!(level.next, Next::Key | Next::KeyElement))
    }

    /// The innermost level.
    #[inline]
    fn level(&mut self) -> Option<&mut Level> {
        self.levels.get_mut(self.depth.checked_sub(1)?)
    }
}

/// Checks that `bytes` are one valid value and nothing else.
///
/// # Errors
///
/// [`Problem::Invalid`]: what is wrong with them.
pub(crate) fn validate(bytes: &[u8]) -> Result<(), Problem> {
    let mut reader = Reader::new(bytes);
    reader.skip(MAX_LEVELS)?;
    reader.end()
}
