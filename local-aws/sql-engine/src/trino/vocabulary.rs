//! The functions that a statement may call; any other is refused by name.

/// Those that we or DataFusion have under another name, with the same meaning.
const RENAMED: &[(&str, &str)] = &[
    ("ceiling", "ceil"),
    ("pow", "power"),
    ("substring", "substr"),
    ("day_of_month", "day"),
    ("dow", "day_of_week"),
    ("doy", "day_of_year"),
    ("week_of_year", "week"),
    ("yow", "year_of_week"),
    ("levenshtein_distance", "levenshtein"),
    ("rand", "random"),
    ("filter", "array_filter"),
    ("transform", "array_transform"),
    ("any_match", "array_any_match"),
    ("every", "bool_and"),
    ("variance", "var_samp"),
    ("stddev_samp", "stddev"),
    ("truncate", "trunc"),
];

/// Those that go through as they are: ours, and DataFusion's of the same meaning.
const SAME: &[&str] = &[
    // Texts.
    "lower upper trim ltrim rtrim length reverse replace lpad rpad strpos starts_with chr codepoint",
    "split split_part substr concat_ws translate typeof regexp_extract regexp_extract_all",
    "regexp_like regexp_count regexp_split regexp_replace",
    // Numbers.
    "abs round floor ceil sign greatest least sqrt exp ln log2 log10 power cbrt pi random sin",
    "cos tan asin acos atan atan2 radians degrees",
    // Dates.
    "year quarter month week day day_of_week day_of_year year_of_week hour minute second",
    "millisecond date_trunc date_add date_diff last_day_of_month date from_unixtime to_unixtime",
    "from_iso8601_date from_iso8601_timestamp date_format date_parse format_datetime now",
    "current_date current_timestamp",
    // Arrays, maps, JSON.
    "cardinality element_at contains array_position array_join array_max array_min",
    "array_distinct array_sort array_remove array_union array_intersect array_except slice",
    "arrays_overlap flatten sequence repeat row map map_keys map_values json_extract_scalar",
    "json_extract json_array_length",
    // Conditions.
    "coalesce nullif try",
    // Aggregates and windows.
    "count sum min max bool_and bool_or array_agg approx_distinct stddev stddev_pop var_samp",
    "var_pop corr covar_pop covar_samp regr_slope regr_intercept row_number rank dense_rank",
    "percent_rank cume_dist ntile lag lead first_value last_value nth_value grouping",
];

/// DataFusion's double, whatever number it is given.
const OF_DOUBLES: &[&str] =
    &["sqrt exp ln log2 log10 cbrt sin cos tan asin acos atan atan2 radians degrees"];

fn contains(names: &[&str], name: &str) -> bool {
    names
        .iter()
        .flat_map(|names| names.split(' '))
        .any(|known| known == name)
}

pub fn renamed(name: &str) -> Option<&'static str> {
    RENAMED
        .iter()
        .find(|(from, _)| *from == name)
        .map(|(_, to)| *to)
}

/// The name of the function to call.
pub fn known(name: &str) -> Option<&str> {
    renamed(name).or_else(|| contains(SAME, name).then_some(name))
}

pub fn is_of_doubles(name: &str) -> bool {
    contains(OF_DOUBLES, name)
}
