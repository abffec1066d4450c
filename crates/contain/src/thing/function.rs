//! How many copies of a function may run, and the address under which it can be called.

use super::Way;
use crate::call::Call;

pub(super) fn concurrency_calls(region: &str, function: &str, to: Option<&str>) -> Way {
    let (region, function_name) = (region.to_owned(), function.to_owned());
    Ok(vec![match to {
        Some(limit) => Call::PutFunctionConcurrency {
            region,
            function_name,
            reserved_concurrent_executions: limit.parse().map_err(|_| "the limit is no number")?,
        },
        None => Call::DeleteFunctionConcurrency { region, function_name },
    }])
}

pub(super) fn url_calls(
    region: &str,
    function: &str,
    from: Option<&str>,
    to: Option<&str>,
) -> Vec<Call> {
    let (region, function_name) = (region.to_owned(), function.to_owned());
    let off = from.map(|_| Call::DeleteFunctionUrlConfig {
        region: region.clone(),
        function_name: function_name.clone(),
    });
    let auth_type = to.map(ToOwned::to_owned);
    let on = auth_type.map(|auth_type| Call::CreateFunctionUrlConfig {
        region,
        function_name,
        auth_type,
    });
    off.into_iter().chain(on).collect()
}
