//! Which tags, blocks and filters a worker task template may use.

use liquid_core::parser::{Language, ParseBlock, ParseFilter, ParseTag};
use liquid_lib::stdlib;

use super::bounded::Bounded;
use super::filters::{GrantReadAccess, GrantReadAccessFilter, SkipAutoescape, ToJson};
use super::for_block::ForBlock;
use super::metered::Metered;
use super::output::OutputTag;
use super::text::TextTag;

/// For one template, whose texts these are.
pub fn language(grant: &GrantReadAccess, texts: Vec<String>) -> Language {
    let mut language = Language::empty();
    add_tag(&mut language, TextTag(texts.into()));
    add_tags(&mut language);
    add_filters(&mut language);
    add_filter(&mut language, ToJson);
    add_filter(&mut language, SkipAutoescape);
    add_filter(&mut language, GrantReadAccessFilter(grant.clone()));
    language
}

fn add_tags(language: &mut Language) {
    add_tag(language, OutputTag);
    add_tag(language, Metered(stdlib::AssignTag));
    add_tag(language, Metered(stdlib::BreakTag));
    add_tag(language, Metered(stdlib::ContinueTag));
    add_block(language, Metered(stdlib::CaptureBlock));
    add_block(language, Metered(stdlib::CaseBlock));
    add_block(language, Metered(ForBlock));
    add_block(language, Metered(stdlib::IfBlock));
    add_block(language, Metered(stdlib::UnlessBlock));
}

macro_rules! add_each {
    ($language:ident: $($filter:ident)*) => { $(add_filter($language, stdlib::$filter);)* };
}

fn add_filters(language: &mut Language) {
    add_each!(language:
        Abs Append AtLeast AtMost Capitalize Ceil Compact Concat Default DividedBy Downcase
        Escape EscapeOnce First Floor Join Last Lstrip Map Minus Modulo NewlineToBr Plus
        Prepend Remove RemoveFirst Replace ReplaceFirst Reverse Round Rstrip Size Slice Sort
        SortNatural Split Strip StripHtml StripNewlines Times Truncate TruncateWords Uniq
        Upcase UrlDecode UrlEncode Where
    );
}

fn add_tag(language: &mut Language, tag: impl ParseTag + 'static) {
    let name = tag.reflection().tag().to_owned();
    language.tags.register(name, Box::new(tag));
}

fn add_block(language: &mut Language, block: impl ParseBlock + 'static) {
    let name = block.reflection().start_tag().to_owned();
    language.blocks.register(name, Box::new(block));
}

fn add_filter(language: &mut Language, filter: impl ParseFilter + Clone + 'static) {
    let name = filter.reflection().name().to_owned();
    language.filters.register(name, Box::new(Bounded(filter)));
}
