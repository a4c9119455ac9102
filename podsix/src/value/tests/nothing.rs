//! What holds nothing: there is one `None`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::super::{Value, ValueError};
use super::types::becomes;

#[derive(Serialize)]
struct Id(u32);

#[derive(Serialize)]
struct Unit;

#[test]
fn some_of_nothing_is_refused_where_it_is() {
    const WORDS: &str = "`Some` that holds nothing (`Some(None)`, `Some(())`) can't be told from \
                         `None` by name: write an enum with a variant for each case";
    let refused = |value: Result<Value, ValueError>, field: &str| {
        let error = value.unwrap_err();
        assert_eq!((error.field(), error.problem()), (field, WORDS));
    };
    #[derive(Serialize)]
    struct Bid {
        first: Option<Option<u8>>,
        all: Vec<Option<Option<Id>>>,
        pass: Option<()>,
    }
    let bid = |first, last, pass| {
        Value::from_data(&Bid {
            first,
            all: vec![None, last],
            pass,
        })
    };
    let whole = bid(Some(Some(1)), Some(Some(Id(2))), None).unwrap();
    assert_eq!(
        whole.to_string(),
        r#"{"first": 1, "all": [None, 2], "pass": None}"#
    );
    assert!(bid(None, None, None).is_ok());
    refused(bid(Some(None), None, None), "first");
    refused(bid(None, Some(None), None), "all[1]");
    refused(bid(None, None, Some(())), "pass");

    refused(Value::from_data(&Some(Unit)), "");
    refused(Value::from_data(&Some(Some(None::<u8>))), "");
    refused(Value::from_data(&Some(Box::new(Value::None))), "");
    refused(Value::from_data(&(0, Some(()))), "[1]");
    refused(Value::from_data(&HashMap::from([("a", Some(()))])), "a");
    refused(Value::from_data(&HashMap::from([(Some(()), 1)])), "");

    // Nothing beside something else can be told from nothing.
    becomes(&Some(((),)), "(None,)");
    becomes(&Some(vec![()]), "[None]");
    becomes(
        &HashMap::from([("a".to_string(), None::<u8>)]),
        r#"{"a": None}"#,
    );
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Bidding {
        Open,
        Passed,
        At(Option<u8>),
    }
    becomes(
        &vec![Some(Bidding::Passed), Some(Bidding::At(None)), None],
        r#"["Passed", {"At": None}, None]"#,
    );
    becomes(&Some(Bidding::Open), r#""Open""#);
}
