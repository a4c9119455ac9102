//! Random numbers and values for tests.

use crate::value::{Key, Map, Value};

/// A small generator (xorshift), so that a failing case is the same on each run. Its seed is any number but nought.
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// True once in so many times.
    pub(crate) fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// Any value, of all sizes of each kind.
    pub(crate) fn value(&mut self, levels: usize) -> Value {
        self.any(levels, true)
    }

    /// Any value that holds no bytes.
    pub(crate) fn value_without_bytes(&mut self, levels: usize) -> Value {
        self.any(levels, false)
    }

    /// An integer of up to 63 characters.
    pub(crate) fn integer(&mut self) -> Value {
        let mut text = String::from(if self.chance(2) { "-" } else { "" });
        for _ in 0..=self.below(61) {
            text.push(char::from(b'0' + self.below(10) as u8));
        }
        Value::parse_int(&text).unwrap()
    }

    fn any(&mut self, levels: usize, bytes: bool) -> Value {
        let scalars = 8 + usize::from(bytes);
        let kind = self.below(if levels == 0 { scalars } else { scalars + 4 });
        match kind {
            0 => Value::None,
            1 => self.chance(2).into(),
            2 => (self.next() as i64 >> self.below(64)).into(),
            3 => self.integer(),
            4 => f64::from_bits(self.next()).into(),
            5 => f32::from_bits(self.next() as u32).into(),
            6 => (self.below(2000) as f64 / 8.0 - 100.0).into(),
            7 => self.text().into(),
            8 if bytes => {
                let length = self.length();
                Value::Bytes((0..length).map(|_| self.next() as u8).collect())
            }
            _ => self.container(kind - scalars, levels - 1, bytes),
        }
    }

    fn container(&mut self, kind: usize, inside: usize, bytes: bool) -> Value {
        let length = self.length();
        match kind {
            0 | 1 => (0..length).map(|_| self.any(inside, bytes)).collect(),
            2 => Value::Tuple((0..length).map(|_| self.any(inside, bytes)).collect()),
            _ => {
                let mut map = Map::new();
                for _ in 0..length {
                    map.insert(self.key(bytes), self.any(inside, bytes));
                }
                Value::Map(map)
            }
        }
    }

    /// Any key that holds no bytes.
    pub(crate) fn key_without_bytes(&mut self) -> Key {
        self.key(false)
    }

    fn key(&mut self, bytes: bool) -> Key {
        match self.below(4) {
            0 => self.text().into(),
            1 => (self.below(100) as i32 - 50).into(),
            2 => (self.next() as u8, self.text()).into(),
            _ => self.any(0, bytes).try_into().unwrap(),
        }
    }

    pub(crate) fn text(&mut self) -> String {
        let length = self.length();
        (0..length)
            .map(|_| ['a', '-', '"', '\0', '\n', 'é', '日', '🎲'][self.below(8)])
            .collect()
    }

    /// Mostly short.
    fn length(&mut self) -> usize {
        let most = [1, 2, 4, 8, 40][self.below(5)];
        self.below(most)
    }
}
