//! The page for browsers.

/// What the server shows to browsers: path, content type and file.
pub const PAGES: [(&str, &str, &[u8]); 6] = [
    ("/", HTML, include_bytes!("../../whiteboard/index.html")),
    (
        "/style.css",
        CSS,
        include_bytes!("../../whiteboard/style.css"),
    ),
    (
        "/whiteboard.js",
        JS,
        include_bytes!("../../whiteboard/whiteboard.js"),
    ),
    ("/board.js", JS, include_bytes!("../../whiteboard/board.js")),
    ("/map.js", JS, include_bytes!("../../whiteboard/map.js")),
    (
        "/podsix.js",
        JS,
        include_bytes!("../../../podsix/js/podsix.js"),
    ),
];

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
