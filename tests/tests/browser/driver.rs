//! A browser, told what to do by WebDriver: JSON through HTTP.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _, stderr};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Once;

use podsix_tests::program::{PATIENCE, Program};
use serde_json::{Value as Json, json};

/// A Chromium of its own, with a new profile.
pub(crate) struct Browser {
    _driver: Program,
    port: u16,
    session: String,
}

/// A page that is open in a window of its own.
pub(crate) struct Tab<'a> {
    browser: &'a Browser,
    window: Json,
}

impl Browser {
    /// Starts one; where there is no browser, tests have nothing to do.
    pub(crate) fn start() -> Option<Self> {
        static TOLD: Once = Once::new();

        let path = env::var_os("PODSIX_CHROMEDRIVER").filter(|path| !path.is_empty());
        if path.is_none() {
            // Unlike `eprintln!` this is shown although the tests pass.
            TOLD.call_once(|| {
                let told =
                    b"note: the tests in a browser did not run; `.ci/run browser` runs them\n";
                let _ = stderr().write_all(told);
            });
        }
        let mut command = Command::new(path?);
        let mut driver = Program::run("chromedriver", command.arg("--port=0"), usize::MAX);
        let line = driver.expect("started successfully on port ");
        let digits = line.rsplit(' ').next().unwrap().trim_end_matches('.');
        let mut browser = Self {
            _driver: driver,
            port: digits.parse().unwrap(),
            session: String::new(),
        };
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--force-device-scale-factor=1",
            "--hide-scrollbars",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let session = browser.request("POST", "/session", &wanted);
        let id = session["sessionId"].as_str().unwrap();
        browser.session = format!("/session/{id}");
        Some(browser)
    }

    /// Opens an address in a new window.
    pub(crate) fn open(&self, url: &str) -> Tab<'_> {
        let window = self.post("/window/new", &json!({ "type": "window" }));
        let window = window["handle"].clone();
        let tab = Tab {
            browser: self,
            window,
        };
        tab.post("/url", &json!({ "url": url }));
        tab
    }

    /// What is in the console, since it was asked for last: warnings and errors.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }));
        let entries = entries.as_array().unwrap().iter();
        let bad = entries.filter(|entry| entry["level"] == "WARNING" || entry["level"] == "SEVERE");
        bad.map(|entry| entry["message"].to_string()).collect()
    }

    fn post(&self, path: &str, body: &Json) -> Json {
        self.request("POST", &format!("{}{path}", self.session), body)
    }

    fn request(&self, method: &str, path: &str, body: &Json) -> Json {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let body = body.to_string();
        let port = self.port;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).unwrap();
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).unwrap();
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap();
                }
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).unwrap();
        let mut answer: Json = serde_json::from_slice(&body).unwrap();
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{method} {path}: {value:#}");
        value
    }
}

impl Drop for Browser {
    /// Ends the browser too, which would outlive its driver.
    fn drop(&mut self) {
        // Perhaps a test failed, because the driver is gone: that was told already.
        let request = format!(
            "DELETE {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            self.session
        );
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let _ = stream.write_all(request.as_bytes());
            // It answers when the browser has ended.
            let _ = stream.read(&mut [0]);
        }
    }
}

impl Tab<'_> {
    /// What a piece of JavaScript gives.
    pub(crate) fn eval(&self, script: &str) -> Json {
        let script = format!("return {script}");
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The text of the element with this id.
    pub(crate) fn text(&self, id: &str) -> String {
        let text = self.eval(&format!("document.getElementById('{id}').textContent"));
        text.as_str().unwrap().to_owned()
    }

    /// Clicks on what this CSS selector names, which must be seen.
    pub(crate) fn click(&self, selector: &str) {
        let wanted = json!({ "using": "css selector", "value": selector });
        let element = self.post("/element", &wanted);
        let id = element.as_object().unwrap().values().next().unwrap();
        let id = id.as_str().unwrap();
        self.post(&format!("/element/{id}/click"), &json!({}));
    }

    /// Presses a key and lets it go.
    pub(crate) fn press(&self, key: &str) {
        let keys = [
            json!({ "type": "keyDown", "value": key }),
            json!({ "type": "keyUp", "value": key }),
        ];
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": keys });
        self.post("/actions", &json!({ "actions": [keyboard] }));
    }

    /// Moves the mouse to the first of these points on the board, and draws through
    /// the others.
    pub(crate) fn draw(&self, points: &[(i32, i32)]) {
        let board = self.eval("document.getElementById('live').getBoundingClientRect().toJSON()");
        let side = |name: &str| board[name].as_f64().unwrap();
        let scale = side("width") / 1600.0;
        let mut actions: Vec<Json> = points
            .iter()
            .map(|&(x, y)| {
                let x = side("x") + f64::from(x) * scale;
                let y = side("y") + f64::from(y) * scale;
                // WebDriver takes whole pixels.
                let (x, y) = (x.round() as i64, y.round() as i64);
                json!({ "type": "pointerMove", "duration": 0, "x": x, "y": y })
            })
            .collect();
        actions.insert(1, json!({ "type": "pointerDown", "button": 0 }));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        let mouse = json!({
            "type": "pointer",
            "id": "mouse",
            "parameters": { "pointerType": "mouse" },
            "actions": actions,
        });
        self.post("/actions", &json!({ "actions": [mouse] }));
    }

    /// A window of this size, in pixels, for somebody who likes it light or dark.
    pub(crate) fn resize(&self, width: u32, height: u32, scheme: &str) {
        let size = json!({
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
        let scheme = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": scheme }));
    }

    /// What is seen, as a PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let picture = self.devtools("Page.captureScreenshot", &json!({ "format": "png" }));
        decode_base64(picture["data"].as_str().unwrap())
    }

    fn devtools(&self, command: &str, parameters: &Json) -> Json {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", &body)
    }

    fn post(&self, path: &str, body: &Json) -> Json {
        let window = json!({ "handle": self.window });
        self.browser.post("/window", &window);
        self.browser.post(path, body)
    }
}

fn decode_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for char in text.bytes() {
        let six = match char {
            b'A'..=b'Z' => char - b'A',
            b'a'..=b'z' => char - b'a' + 26,
            b'0'..=b'9' => char - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
