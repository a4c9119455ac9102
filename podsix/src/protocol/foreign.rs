//! Recognises what else may meet a native port, for an error that helps.

/// What the first bytes of a connection that does not speak podsix look like.
pub(crate) fn describe(bytes: &[u8]) -> String {
    match recognise(bytes) {
        Some(seen) => format!("{seen} instead of podsix's protocol"),
        None => {
            let some = bytes.get(..8).unwrap_or(bytes);
            let some = hexadecimal(some);
            format!("bytes that are not podsix's protocol: {some}")
        }
    }
}

/// A protocol that is not podsix's native one, by its first bytes.
pub(crate) fn recognise(bytes: &[u8]) -> Option<&'static str> {
    let starts = |prefix: &[u8]| bytes.starts_with(prefix);
    let methods: [&[u8]; 7] = [
        b"GET ",
        b"POST ",
        b"HEAD ",
        b"PUT ",
        b"OPTIONS ",
        b"DELETE ",
        b"CONNECT ",
    ];
    let seen = if methods.into_iter().any(starts) {
        "an HTTP request (a browser, perhaps)"
    } else if starts(b"HTTP/") {
        "an HTTP answer (a web server listens there)"
    } else if starts(&[0x16, 0x03]) {
        "a TLS hello (podsix itself has no encryption)"
    } else if starts(b"SSH-") {
        "SSH"
    } else if looks_like_podsixnet(bytes) {
        "PodSixNet's wire"
    } else {
        return None;
    };
    Some(seen)
}

/// Whether these are, or may become, the beginning of a request that a server
/// can answer.
#[cfg(feature = "websocket")]
pub(crate) fn may_be_http(bytes: &[u8]) -> bool {
    let methods: [&[u8]; 2] = [b"GET ", b"HEAD "];
    let fits = |method: &[u8]| method.starts_with(bytes) || bytes.starts_with(method);
    !bytes.is_empty() && methods.into_iter().any(fits)
}

/// Whether these are, or may become, the beginning of any HTTP request: a
/// word in capitals and a space.
#[cfg(feature = "websocket")]
pub(crate) fn may_be_request(bytes: &[u8]) -> bool {
    let word = bytes.iter().take_while(|byte| byte.is_ascii_uppercase());
    let word = word.count();
    let next = bytes.get(word);
    word <= MAX_METHOD_BYTES && next.is_none_or(|next| *next == b' ' && word > 0)
}

#[cfg(feature = "websocket")]
const MAX_METHOD_BYTES: usize = 16;

/// PodSixNet's messages are dicts with the key `action`: `67` is a dict of one
/// pair, up to `7e`, and `86` a string of six bytes.
fn looks_like_podsixnet(bytes: &[u8]) -> bool {
    match bytes.split_first() {
        Some((0x67..=0x7e, rest)) => {
            let action = b"\x86action";
            rest.starts_with(action) || !rest.is_empty() && action.starts_with(rest)
        }
        _ => false,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn names_what_was_seen() {
        assert!(describe(b"GET / HTTP/1.1\r\n").contains("HTTP request"));
        assert!(describe(b"HTTP/1.1 400").contains("HTTP answer"));
        assert!(describe(&[0x16, 3, 1, 2, 0]).contains("TLS"));
        assert!(describe(b"SSH-2.0-OpenSSH").contains("SSH"));
        assert!(describe(b"g\x86action\x89connected").contains("PodSixNet"));
        assert!(describe(b"g\x86act").contains("PodSixNet"));
        assert!(describe(&[1, 2, 0xff]).contains("01 02 ff"));
        assert!(describe(&[]).contains("not podsix"));
    }
}
