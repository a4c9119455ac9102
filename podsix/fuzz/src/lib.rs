//! Gives podsix's fuzzing bodies to libFuzzer.

use podsix::fuzzing::Target;

/// Runs a body, and sees to the memory that it takes.
pub fn run(target: &Target, data: &[u8]) {
    let took = allocation_counter::measure(|| (target.body)(data)).bytes_max;
    assert!(
        target.may_take(took, data.len()),
        "{took} bytes of memory for {} bytes",
        data.len()
    );
}

/// A fuzz target of podsix's body of this name.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(|data: &[u8]| {
            static TARGET: std::sync::LazyLock<&podsix::fuzzing::Target> =
                std::sync::LazyLock::new(|| podsix::fuzzing::Target::named($name).unwrap());
            $crate::run(&TARGET, data);
        });
    };
}
