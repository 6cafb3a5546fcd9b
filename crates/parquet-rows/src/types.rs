//! The types that parquet's rows have a conversion for. Where one is missing, or a group is no list or map though it says so,
//! parquet's reader panics: such a column is refused before any row is read.

use parquet::basic::{ConvertedType, Repetition, Type as Physical};
use parquet::schema::types::{Type, TypePtr};

/// The type in a column, its own or one below it, that cannot be read.
pub fn unreadable(column: &Type) -> Option<ConvertedType> {
    let converted = column.get_basic_info().converted_type();
    if column.is_primitive() {
        return (!has_conversion(column.get_physical_type(), converted)).then_some(converted);
    }
    // As `TreeBuilder::reader_tree` of parquet 60.1 goes through them.
    let below: &[TypePtr] = match (converted, column.get_fields()) {
        (ConvertedType::LIST, [element]) if repeats(element) && element.is_primitive() => {
            column.get_fields()
        }
        // A map in a list is its element.
        (ConvertedType::LIST, [list])
            if repeats(list) && list.get_basic_info().converted_type() == ConvertedType::MAP =>
        {
            return unreadable(list);
        }
        (ConvertedType::LIST, [list]) if repeats(list) => list.get_fields(),
        (ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE, [pairs])
            if repeats(pairs) && pairs.is_group() && pairs.get_fields().len() <= 2 =>
        {
            pairs.get_fields()
        }
        (ConvertedType::LIST | ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE, _) => &[],
        (_, members) => members,
    };
    if below.is_empty() {
        return Some(converted);
    }
    below.iter().find_map(|member| unreadable(member))
}

fn repeats(member: &Type) -> bool {
    let info = member.get_basic_info();
    info.has_repetition() && info.repetition() == Repetition::REPEATED
}

/// As `Field`'s `convert_*` of parquet 60.1 have them.
fn has_conversion(physical: Physical, converted: ConvertedType) -> bool {
    use ConvertedType as C;
    match physical {
        Physical::BOOLEAN | Physical::INT96 | Physical::FLOAT | Physical::DOUBLE => true,
        Physical::INT32 => matches!(
            converted,
            C::NONE
                | C::INT_8
                | C::INT_16
                | C::INT_32
                | C::UINT_8
                | C::UINT_16
                | C::UINT_32
                | C::DATE
                | C::TIME_MILLIS
                | C::DECIMAL
        ),
        Physical::INT64 => matches!(
            converted,
            C::NONE
                | C::INT_64
                | C::UINT_64
                | C::TIME_MICROS
                | C::TIMESTAMP_MILLIS
                | C::TIMESTAMP_MICROS
                | C::DECIMAL
        ),
        Physical::BYTE_ARRAY => matches!(
            converted,
            C::NONE | C::UTF8 | C::ENUM | C::JSON | C::BSON | C::DECIMAL
        ),
        Physical::FIXED_LEN_BYTE_ARRAY => matches!(converted, C::NONE | C::DECIMAL),
    }
}
