//! A server that is attacked from outside, over real sockets, on each wire.
//!
//! Meanwhile a client on each wire keeps asking the same server, and gets each
//! answer, in order and in time. Who attacks gets what `tests/HOSTILE.md` says,
//! and the server takes no more memory than its limits allow.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

mod host;
mod logs;
mod meeting;
mod page;

use meeting::meet;

/// A test for each attack, of the same name; and that none is left out.
macro_rules! attacks {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            meet(stringify!($name));
        })*

        const TESTED: &[&str] = &[$(stringify!($name)),*];
    };
}

attacks! {
    a_byte_now_and_then
    a_byte_of_the_opening_now_and_then
    nothing_at_all
    half_a_message
    no_sign_of_life
    silence
    silence_that_is_not_allowed
    a_claim_beyond_the_limit
    a_length_without_end
    a_message_without_end
    just_at_the_limit
    one_byte_over_the_limit
    cut_anywhere
    a_byte_a_write
    empty_messages
    garbage
    another_protocol
    another_wire
    another_version
    a_head_without_end
    frames_that_break_the_rules
    nested_too_deep
    nested_as_deep_as_allowed
    a_count_beyond_the_data
    a_number_of_a_million_digits
    a_million_elements
    keys_that_collide
    no_dict_or_no_action
    an_action_that_is_no_text
    an_action_that_is_no_utf_8
    an_action_without_a_name
    an_action_of_a_megabyte
    actions_that_nobody_knows
    more_names_than_allowed
    names_of_podsix_s_own
    fields_of_another_kind
    fields_of_another_kind_for_ever
    fields_of_another_version
    text_that_is_no_text
    numbers_that_are_none
    a_key_twice
    keys_of_all_kinds
    a_list_as_a_key
    a_terminator_in_a_text
    a_handler_that_fails
    a_handler_that_panics
    nothing_is_read
    nothing_is_read_by_many
    much_is_read_late
    pings_whose_answers_nobody_reads
    frames_that_bring_nothing
    words_for_everybody
    a_flood_that_nobody_handles
    more_messages_than_allowed
    more_bytes_than_allowed
    more_than_there_are_places
    more_than_one_address_may
    they_come_and_go
    they_break_off
    a_reset_in_the_middle
    a_stop_behind_a_question
    words_after_the_goodbye
    a_goodbye_in_the_server_s_name
    talk_that_goes_on_after_the_end
    a_byte_out_of_turn
}
