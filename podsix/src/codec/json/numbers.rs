//! The numbers of a JSON text as they are written there.

/// How many digits every integer beyond 64 bits has, at least.
const LONG: usize = 19;

/// Whether a text has so many digits in a row that they can be an integer beyond 64 bits.
pub(super) fn has_long(json: &[u8]) -> bool {
    // A row so long has a digit at one of these places, wherever it begins.
    (LONG - 1..json.len()).step_by(LONG).any(|place| {
        let (before, from) = json.split_at_checked(place).unwrap_or_default();
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        from.first().is_some_and(u8::is_ascii_digit)
            && before.iter().rev().take_while(is_digit).count()
                + from.iter().take_while(is_digit).count()
                >= LONG
    })
}

/// Gives number after number, in the order in which a parser meets them, up to the first mistake in the text. It takes no
/// memory.
pub(super) struct Numbers<'a> {
    // Where the next one is sought: never inside a string.
    rest: &'a [u8],
}

impl<'a> Numbers<'a> {
    pub(super) fn new(json: &'a [u8]) -> Self {
        Self { rest: json }
    }

    fn skip(&mut self, bytes: usize) -> &'a [u8] {
        let (skipped, rest) = self
            .rest
            .split_at_checked(bytes)
            .unwrap_or((self.rest, &[]));
        self.rest = rest;
        skipped
    }

    fn skip_string(&mut self) {
        self.skip(1);
        while let Some(place) = self
            .rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\'))
        {
            let is_end = self.rest.get(place) == Some(&b'"');
            // An escaped character may be a quote.
            self.skip(place + if is_end { 1 } else { 2 });
            if is_end {
                return;
            }
        }
        self.rest = &[];
    }
}

impl<'a> Iterator for Numbers<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let place = self
                .rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b'-' | b'0'..=b'9'))?;
            self.skip(place);
            if self.rest.first() == Some(&b'"') {
                self.skip_string();
                continue;
            }
            let end = self
                .rest
                .iter()
                .position(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
            return str::from_utf8(self.skip(end.unwrap_or(self.rest.len()))).ok();
        }
    }
}
