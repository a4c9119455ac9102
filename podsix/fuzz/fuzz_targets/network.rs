#![no_main]

podsix_fuzz::target!("network");
