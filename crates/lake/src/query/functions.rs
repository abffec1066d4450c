//! The functions that questions may use beside those of SQL: what is known about an address, a
//! client and an action, and values inside JSON.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use intel::action::{Action, lookup};
use intel::address::{Address, AddressBook};
use intel::client;

/// A function as the reference tells of it.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it is called with.
    pub arguments: &'static str,
    /// What it answers, in one sentence.
    pub about: &'static str,
    answer: Answer,
}

/// How a function answers.
#[derive(Debug, Clone, Copy)]
enum Answer {
    AddressText(fn(&Address<'_>) -> Option<String>),
    AddressNumber(fn(&Address<'_>) -> Option<i64>),
    AddressFlag(fn(&Address<'_>) -> bool),
    ClientText(fn(&client::Client) -> Option<String>),
    ActionText(fn(&Action) -> Option<String>),
    ActionFlag(fn(&Action) -> bool),
    Json,
}

const fn function(
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    answer: Answer,
) -> Function {
    Function { name, arguments, about, answer }
}

/// All functions.
pub static FUNCTIONS: &[Function] = &[
    function(
        "country",
        "address",
        "the two letters of the country where the address is registered",
        Answer::AddressText(|address| address.country.map(|country| country.as_str().to_owned())),
    ),
    function(
        "as_number",
        "address",
        "the number of the autonomous system that announces the address",
        Answer::AddressNumber(|address| address.asn.map(i64::from)),
    ),
    function(
        "as_name",
        "address",
        "the name of that system",
        Answer::AddressText(|address| address.as_name().map(str::to_owned)),
    ),
    function(
        "network_class",
        "address",
        "`known`, `aws`, `othercloud`, `hosting`, `vpn`, `tor`, `relay`, `cdn`, `private`, `reserved`, or `other`: \
         in no list",
        Answer::AddressText(|address| Some(address.class.as_str().to_owned())),
    ),
    function(
        "network_name",
        "address",
        "your own name for the network, else the cloud, hoster or VPN by name",
        Answer::AddressText(|address| address.known.or(address.provider).map(str::to_owned)),
    ),
    function(
        "network",
        "address",
        "autonomous system or cloud, class and country of the address in words",
        Answer::AddressText(|address| Some(address.in_words())),
    ),
    function(
        "is_threat",
        "address",
        "whether one of your threat lists names the address",
        Answer::AddressFlag(|address| address.threat),
    ),
    function(
        "client",
        "user_agent",
        "the tool or SDK without its version, for example `aws-cli` or `boto3`",
        Answer::ClientText(|client| Some(client.family.to_string())),
    ),
    function(
        "client_version",
        "user_agent",
        "the tool's version",
        Answer::ClientText(|client| Some(client.version.to_string())),
    ),
    function(
        "client_kind",
        "user_agent",
        "`cli`, `sdk`, `iac`, `console`, `browser`, `service`, `offensive` and so on",
        Answer::ClientText(|client| Some(client.kind.to_string())),
    ),
    function(
        "access_level",
        "service, event_name",
        "`list`, `read`, `write`, `permissions`, `tagging` or `unknown`",
        Answer::ActionText(|action| Some(action.access.as_str().to_owned())),
    ),
    function(
        "tactics",
        "service, event_name",
        "the ATT&CK tactics that the action was seen to serve, by id, with spaces between",
        Answer::ActionText(|action| {
            let ids: Vec<&str> = action.tactics.iter().map(intel::action::Tactic::id).collect();
            Some(ids.join(" "))
        }),
    ),
    function(
        "techniques",
        "service, event_name",
        "likewise the techniques",
        Answer::ActionText(|action| Some(action.techniques().collect::<Vec<_>>().join(" "))),
    ),
    function(
        "is_hot",
        "service, event_name",
        "whether the action is a read that is worth much to a thief and rare for everybody else",
        Answer::ActionFlag(|action| action.hot),
    ),
    function(
        "json_get",
        "json, path",
        "the value at a path of keys and positions with dots between, for example \
         `'requestParameters.userName'`: a text as it is, anything else as JSON",
        Answer::Json,
    ),
];

/// All functions, for an engine.
pub(super) fn all(book: &Arc<AddressBook>) -> impl Iterator<Item = ScalarUDF> + use<> {
    let book = Arc::clone(book);
    FUNCTIONS.iter().map(move |function| {
        let arguments = function.arguments.split(", ").count();
        ScalarUDF::new_from_impl(Known {
            function,
            book: Arc::clone(&book),
            signature: Signature::string(arguments, Volatility::Immutable),
        })
    })
}

/// A function with what it knows.
#[derive(Debug)]
struct Known {
    function: &'static Function,
    book: Arc<AddressBook>,
    signature: Signature,
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for Known {}

impl std::hash::Hash for Known {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl ScalarUDFImpl for Known {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(match self.function.answer {
            Answer::AddressNumber(_) => DataType::Int64,
            Answer::AddressFlag(_) | Answer::ActionFlag(_) => DataType::Boolean,
            _ => DataType::Utf8,
        })
    }

    fn invoke_with_args(
        &self,
        arguments: ScalarFunctionArgs,
    ) -> Result<ColumnarValue, DataFusionError> {
        let constant =
            arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let texts = arrays
            .iter()
            .map(|array| cast(array, &DataType::Utf8))
            .collect::<Result<Vec<_>, _>>()?;
        let columns: Vec<&StringArray> = texts.iter().map(AsArray::as_string::<i32>).collect();
        let answers = match columns.as_slice() {
            [one] => self.of_one(one),
            [one, two] => self.of_two(one, two),
            _ => arrow::array::new_null_array(&arguments.return_type().clone(), 0),
        };
        if constant {
            return Ok(ColumnarValue::Scalar(datafusion::scalar::ScalarValue::try_from_array(
                &answers, 0,
            )?));
        }
        Ok(ColumnarValue::Array(answers))
    }
}

impl Known {
    /// The answers for one column: addresses or clients. Few differ, so each is looked up once.
    fn of_one(&self, column: &StringArray) -> ArrayRef {
        match self.function.answer {
            Answer::AddressText(answer) => {
                texts(each(column, |text| self.address(text).and_then(|one| answer(&one))))
            }
            Answer::AddressNumber(answer) => {
                let numbers = each(column, |text| self.address(text).and_then(|one| answer(&one)));
                Arc::new(numbers.into_iter().collect::<Int64Array>())
            }
            Answer::AddressFlag(answer) => {
                let flags = each(column, |text| self.address(text).map(|one| answer(&one)));
                Arc::new(flags.into_iter().collect::<BooleanArray>())
            }
            Answer::ClientText(answer) => texts(each(column, |text| answer(&client::parse(text)))),
            _ => texts(vec![None; column.len()]),
        }
    }

    fn address(&self, text: &str) -> Option<Address<'_>> {
        text.parse().ok().map(|address| self.book.lookup(address))
    }

    /// The answers for two columns: service and call, or JSON and path.
    fn of_two(&self, one: &StringArray, two: &StringArray) -> ArrayRef {
        let pairs = || one.iter().zip(two.iter()).map(|(one, two)| one.zip(two));
        match self.function.answer {
            Answer::ActionText(answer) => texts(
                pairs()
                    .map(|pair| {
                        pair.and_then(|(service, name)| answer(&lookup(service, name, None)))
                    })
                    .collect(),
            ),
            Answer::ActionFlag(answer) => {
                let flags = pairs()
                    .map(|pair| pair.map(|(service, name)| answer(&lookup(service, name, None))));
                Arc::new(flags.collect::<BooleanArray>())
            }
            _ => texts(
                pairs()
                    .map(|pair| pair.and_then(|(json, path)| super::json::get(json, path)))
                    .collect(),
            ),
        }
    }
}

/// An answer for each value of a column, looked up once for each that differs.
fn each<T: Clone>(column: &StringArray, answer: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
    let mut known: HashMap<&str, Option<T>, foldhash::fast::FixedState> = HashMap::default();
    let mut one = |text| known.entry(text).or_insert_with(|| answer(text)).clone();
    column.iter().map(|text| text.and_then(&mut one)).collect()
}

fn texts(answers: Vec<Option<String>>) -> ArrayRef {
    let some = |text: String| (!text.is_empty()).then_some(text);
    Arc::new(answers.into_iter().map(|text| text.and_then(some)).collect::<StringArray>())
}
