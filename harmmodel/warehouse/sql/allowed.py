"""What config SQL may be made of. What is not listed here is refused, also what a later version of DuckDB adds.

The lists hold what gives the same value for the same rows, whatever the clock, the settings, the order in which rows
lie and what else is in the database, and what reads nothing but the tables that are named.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Parts of a query: one SELECT, or several put together; no clause that writes, samples or keeps the first rows.
QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE"})
TABLE_REFERENCES = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "TABLE_FUNCTION"})
MODIFIERS = frozenset({"ORDER_MODIFIER", "DISTINCT_MODIFIER", "ORDER_DEFAULT", "ASCENDING", "DESCENDING"})
NODES = QUERY_NODES | TABLE_REFERENCES | MODIFIERS
JOINS = frozenset({"REGULAR", "CROSS", "NATURAL"})

EXPRESSIONS = _words(
    "BETWEEN CASE CAST COLUMN_REF COMPARISON CONJUNCTION CONSTANT FUNCTION LAMBDA OPERATOR POSITIONAL_REFERENCE "
    "STAR SUBQUERY TYPE WINDOW"
)
# Parts without a name of their own are known by their keys.
SHAPES = frozenset(
    frozenset(keys.split())
    for keys in (
        "name expression",
        "when_expr then_expr",
        "map",
        "key value",
        "kind text",
        "path",
        "node named_param_map",
        "aliases materialized key_targets payload_aggregates query_node",
        "catalog schema table column",
    )
)

TYPES = _words(
    "bigint bool boolean bpchar char date datetime dec decimal double float float4 float8 hugeint int int1 int2 "
    "int4 int8 integer interval list logical long numeric real short signed smallint string text time timestamp "
    "tinyint ubigint uinteger usmallint utinyint varchar"
)

TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})

ARITHMETIC = _words(
    "% & * ** + - / // << >> @ ^ abs add bit_count cbrt ceil ceiling divide even exp factorial fdiv floor fmod "
    "gcd greatest isfinite isinf isnan lcm least ln log log10 log2 mod multiply pow power round round_even sign "
    "signbit sqrt subtract trunc xor | ~"
)
TEXT = _words(
    "!~~ !~~* array_to_string ascii bin char_length character_length chr concat concat_ws contains "
    "damerau_levenshtein ends_with format hamming hex ilike_escape instr jaccard jaro_similarity "
    "jaro_winkler_similarity lcase left len length levenshtein like_escape lower lpad ltrim md5 nfc_normalize "
    "not_ilike_escape not_like_escape ord position prefix printf regexp_escape regexp_extract regexp_extract_all "
    "regexp_full_match regexp_matches regexp_replace regexp_split_to_array replace reverse right rpad rtrim sha1 "
    "sha256 split split_part starts_with str_split string_split string_split_regex string_to_array strip_accents "
    "strlen strpos substr substring suffix translate trim ucase unicode upper || ~~ ~~* ~~~"
)
TIME = _words(
    "century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname "
    "dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear "
    "julian last_day make_date make_time make_timestamp microsecond millennium millisecond minute month monthname "
    "quarter second strftime strptime time_bucket to_days to_hours to_microseconds to_milliseconds to_minutes "
    "to_months to_quarters to_seconds to_weeks to_years try_strptime week weekday weekofyear year yearweek"
)
LISTS = _words(
    "array_concat array_contains array_extract array_filter array_has_all array_has_any array_length "
    "array_reverse array_reverse_sort array_slice array_sort array_transform cardinality element_at flatten "
    "generate_series list_append list_apply list_bool_and list_bool_or list_cat list_concat list_contains "
    "list_count list_distinct list_element list_extract list_filter list_has list_has_all list_has_any "
    "list_indexof list_intersect list_max list_min list_pack list_position list_prepend list_reduce list_reverse "
    "list_reverse_sort list_slice list_sort list_sum list_transform list_unique list_value map map_contains "
    "map_extract map_keys map_values range row struct_extract struct_pack unnest"
)
CHOICE = _words("coalesce constant_or_null if ifnull nullif typeof")
AGGREGATES = _words(
    "avg bit_and bit_or bit_xor bool_and bool_or count count_if count_star countif entropy histogram max mean "
    "median min product quantile_cont quantile_disc stddev stddev_pop stddev_samp sum var_pop var_samp variance"
)
RANKS = _words("cume_dist dense_rank percent_rank rank rank_dense")
FUNCTIONS = ARITHMETIC | TEXT | TIME | LISTS | CHOICE | AGGREGATES | RANKS

# Gather values in the order in which rows lie, unless that order is given by the values themselves.
GATHERING = frozenset({"list", "array_agg", "string_agg", "group_concat", "listagg"})
SORTING = frozenset({"list_sort", "array_sort", "list_reverse_sort", "array_reverse_sort"})
# Choose among rows that an order leaves equal. They are tried on the same rows in another order, see `creation`.
CHOOSING = _words("arg_max arg_min first_value lag last_value lead max_by min_by mode nth_value ntile row_number")

INSTEAD = {
    "limit": "Rank the rows, or take min() or max()",
    "sample": "Take all rows",
    "first": "Use min() or max(), which do not depend on how rows lie",
    "last": "Use min() or max(), which do not depend on how rows lie",
    "any_value": "Use min() or max(), which do not depend on how rows lie",
    "arbitrary": "Use min() or max(), which do not depend on how rows lie",
    "age": "Use date_diff('year', earlier, later) with both dates given",
    "now": "Use a date of the file; the day of a run is as_of in config/scheme.yaml",
    "today": "Use a date of the file; the day of a run is as_of in config/scheme.yaml",
    "approx_quantile": "Use quantile_cont(), which reads every row",
    "approx_count_distinct": "Use count(distinct …), which reads every row",
}
