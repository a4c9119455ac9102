//! Two variants with one method.

use podsix::Message;

#[derive(Message)]
#[message(rename_all = "PascalCase")]
enum ToServer {
    FooBar,
    #[allow(non_camel_case_types)]
    Foo_bar,
}

fn main() {}
