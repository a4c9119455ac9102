#![no_main]

podsix_fuzz::target!("link_podsixnet");
