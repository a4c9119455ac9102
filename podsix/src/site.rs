//! What a server shows to browsers besides the WebSocket.

use std::borrow::Cow;
use std::collections::HashMap;

/// The pages of a server, and whose pages may connect to it.
#[derive(Debug, Default)]
pub(crate) struct Site {
    pages: HashMap<String, Page>,
    origins: Vec<String>,
}

/// One page, or another file that a page needs.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) content_type: String,
    pub(crate) bytes: Cow<'static, [u8]>,
}

impl Site {
    pub(crate) fn add_page(&mut self, path: &str, content_type: &str, bytes: Cow<'static, [u8]>) {
        let page = Page {
            content_type: content_type.to_owned(),
            bytes,
        };
        self.pages.insert(path.to_owned(), page);
    }

    pub(crate) fn allow_origin(&mut self, origin: &str) {
        self.origins.push(origin.trim_end_matches('/').to_owned());
    }

    /// The page with exactly this path.
    pub(crate) fn page(&self, path: &str) -> Option<&Page> {
        self.pages.get(path)
    }

    pub(crate) fn allows(&self, origin: &str) -> bool {
        let allowed = |own: &String| own == "*" || own.eq_ignore_ascii_case(origin);
        self.origins.iter().any(allowed)
    }
}
