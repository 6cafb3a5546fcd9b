//! The sentence templates and the words that fill them. No customer wrote these reviews.
//!
//! A template belongs to exactly one split part, by its place in its list: of every ten, the
//! first seven are for training, the eighth for validation, the last two for testing; lists are
//! multiples of ten. Templates themselves say nothing: what a model learns must come from the
//! words, which all parts share.

/// What a sentence does in a review. The first three fill the same templates with their own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    Praise,
    Complaint,
    Lukewarm,
    Context,
}

impl Tone {
    pub fn templates(self) -> &'static [&'static str] {
        match self {
            Tone::Praise | Tone::Complaint | Tone::Lukewarm => &OPINION,
            Tone::Context => &CONTEXT,
        }
    }

    /// The words that carry the tone; other slots are filled alike in every tone.
    fn opinions(self) -> &'static [&'static str] {
        match self {
            Tone::Praise => &GOOD,
            Tone::Complaint => &BAD,
            Tone::Lukewarm | Tone::Context => &SOSO,
        }
    }

    fn verdicts(self) -> &'static [&'static str] {
        match self {
            Tone::Praise => &LIKE,
            Tone::Complaint => &DISLIKE,
            Tone::Lukewarm | Tone::Context => &UNDECIDED,
        }
    }
}

const OPINION: [&str; 60] = [
    "The {part} is {opinion}.",
    "I {verdict} this {garment}, the {part} is {opinion}.",
    "This {garment} is {opinion} and {opinion}.",
    "What a {opinion} {garment}, and the {color} is {opinion} as well.",
    "It looks {opinion} with {pair} and feels {opinion}.",
    "I {verdict} how {opinion} the {part} turned out.",
    "Honestly a {opinion} piece.",
    "My sister says the {part} looks {opinion} on me, and she is right.",
    "The {garment} came on Monday and it is simply {opinion}.",
    "Such a {opinion} {part}, I {verdict} it.",
    "I wore it to {event} and it felt {opinion}.",
    "Very {opinion} {garment}, in one word {opinion}.",
    "The {part} could not be more {opinion}.",
    "I {verdict} it, above all the {opinion} {part}.",
    "To me this {garment} looks {opinion}.",
    "So {opinion} that I told my friends.",
    "The {color} is {opinion} in person and the {part} is {opinion} too.",
    "For {event} this {garment} was {opinion}.",
    "You will see how {opinion} the {part} is.",
    "This is the most {opinion} {garment} that I ordered here.",
    "I {verdict} the way it hangs, and the {part} feels {opinion}.",
    "It is {opinion} however I style it.",
    "Everyone at {event} called the {garment} {opinion}.",
    "After one wash the {part} looked {opinion}.",
    "With {pair} it makes a {opinion} outfit that I {verdict}.",
    "A {garment} with a {opinion} {part}.",
    "I had heard of this shop, and the {part} is {opinion}.",
    "I {verdict} the stitching, and the {part} is {opinion}.",
    "On the hanger it is {opinion}, on me it is {opinion}.",
    "Both the {part} and the {color} are {opinion}.",
    "A {opinion} {garment}, I {verdict} wearing it.",
    "The {garment} is even more {opinion} than in the pictures.",
    "I sat through {event} in this {opinion} {garment}.",
    "In short: {opinion}, {opinion}, and the {part} is {opinion}.",
    "Just {opinion}, I {verdict} it.",
    "The {part} makes me look {opinion}.",
    "To the touch it is {opinion}.",
    "A {opinion} {part} and a {opinion} {color}.",
    "I {verdict} it with {pair}, it looks {opinion}.",
    "At {event} it seemed {opinion} to me.",
    "My honest view: {opinion} and {opinion}.",
    "The {part}, which matters most to me, is {opinion}.",
    "Compared with my other {garment} it is {opinion}.",
    "I {verdict} the {color}, and the {part} is {opinion}.",
    "Some say the {part} is {opinion}, and so do I.",
    "Once it was on, it was {opinion}.",
    "I find the {part} {opinion} and the {color} {opinion}.",
    "Let me say it plainly, this is a {opinion} {garment}.",
    "From the front it is {opinion}.",
    "The {garment} has a {opinion} {part} that I {verdict}.",
    "Up close the {part} turns out {opinion}.",
    "I {verdict} what they did with the {part}.",
    "It arrived and was {opinion}, as simple as that.",
    "They describe the {part} well, it is {opinion}.",
    "My daughter finds it {opinion} and the {part} {opinion}.",
    "Wearing it feels {opinion}.",
    "I {verdict} the whole thing, it is {opinion}.",
    "If I had to choose a word for the {part}, {opinion} it is.",
    "The {opinion} {part} decides it for me.",
    "Seen from the back, the {garment} is {opinion}, and I {verdict} it.",
];

const CONTEXT: [&str; 30] = [
    "I ordered my usual size {size}.",
    "I am {height} and took a {size}.",
    "I bought it in {color} for {event}.",
    "I tried it on in the store with {pair}.",
    "For reference, I usually wear a {size} in a {garment}.",
    "I have had it for a month now.",
    "I saw the {garment} online and waited for a sale.",
    "The model wears it with {pair}.",
    "At {height} the hem falls near my knee.",
    "I needed something for {event}.",
    "It was a gift from my mother, in {color}.",
    "I compared the {size} with the next size up.",
    "There were two left in {color}.",
    "My first {garment} from this brand.",
    "I wore it twice so far.",
    "It came in a {color} that I do not own yet.",
    "I went down to a {size}.",
    "The label says cold wash only.",
    "Size {size}, height {height}.",
    "I was looking for a {garment} to wear with {pair}.",
    "It reached me within the week.",
    "I wore the {size} over {pair}.",
    "My measurements put me between sizes, so I chose {size}.",
    "The store only had {color}.",
    "I picked {color} and a {size}.",
    "I live where it rains a lot.",
    "They sent it in a small box.",
    "I am {height}, if that helps anyone.",
    "Bought in {color} before {event}.",
    "I normally take {size} here.",
];

const GOOD: [&str; 22] = [
    "beautiful",
    "gorgeous",
    "lovely",
    "flattering",
    "comfortable",
    "soft",
    "elegant",
    "stunning",
    "cute",
    "perfect",
    "wonderful",
    "great",
    "amazing",
    "pretty",
    "fabulous",
    "chic",
    "cozy",
    "well made",
    "versatile",
    "classy",
    "adorable",
    "excellent",
];
const BAD: [&str; 22] = [
    "itchy",
    "cheap",
    "stiff",
    "boxy",
    "see-through",
    "shapeless",
    "unflattering",
    "scratchy",
    "flimsy",
    "disappointing",
    "awkward",
    "poorly made",
    "sloppy",
    "ugly",
    "frumpy",
    "baggy",
    "terrible",
    "uncomfortable",
    "dull",
    "bulky",
    "horrible",
    "coarse",
];
const SOSO: [&str; 11] = [
    "okay",
    "fine",
    "decent",
    "average",
    "so-so",
    "passable",
    "alright",
    "ordinary",
    "nothing special",
    "acceptable",
    "middling",
];
const LIKE: [&str; 6] = [
    "love",
    "adore",
    "really like",
    "enjoy",
    "am happy with",
    "am thrilled with",
];
const DISLIKE: [&str; 6] = [
    "dislike",
    "hate",
    "regret",
    "am unhappy with",
    "am let down by",
    "cannot stand",
];
const UNDECIDED: [&str; 4] = [
    "am unsure about",
    "can live with",
    "am undecided on",
    "do not mind",
];

/// The words for a slot; `{garment}` is not asked for, it is the row's own class.
pub fn words(slot: &str, tone: Tone) -> &'static [&'static str] {
    match slot {
        "opinion" => tone.opinions(),
        "verdict" => tone.verdicts(),
        "part" => &[
            "fabric",
            "fit",
            "cut",
            "length",
            "neckline",
            "waist",
            "stitching",
            "hem",
            "pattern",
            "lining",
            "shape",
            "material",
        ],
        "color" => &[
            "navy", "black", "ivory", "coral", "olive", "burgundy", "gray", "mustard", "teal",
            "rust", "lavender", "cream",
        ],
        "pair" => &[
            "jeans",
            "boots",
            "sandals",
            "leggings",
            "a cardigan",
            "flats",
            "a belt",
            "a denim jacket",
            "heels",
            "a long coat",
        ],
        "event" => &[
            "a wedding",
            "the office",
            "a dinner",
            "a family party",
            "a long flight",
            "church",
            "a job interview",
            "the theater",
            "a birthday",
            "a weekend trip",
        ],
        "size" => &[
            "xs",
            "small",
            "medium",
            "large",
            "petite small",
            "xl",
            "4",
            "6",
            "8",
            "10",
            "12",
        ],
        // Inch marks, so that fields with quotes are part of every demo.
        "height" => &[
            "5'1\"",
            "5'3\"",
            "5'4\"",
            "5'6\"",
            "5'7\"",
            "5'9\"",
            "five foot five",
        ],
        _ => unreachable!("the templates above use no other slot"),
    }
}

/// A class with its department and division, as a shop files it.
pub struct Garment {
    pub class: &'static str,
    pub department: &'static str,
    pub word: &'static str,
}

pub const GARMENTS: [Garment; 12] = [
    Garment {
        class: "Dresses",
        department: "Dresses",
        word: "dress",
    },
    Garment {
        class: "Knits",
        department: "Tops",
        word: "knit top",
    },
    Garment {
        class: "Blouses",
        department: "Tops",
        word: "blouse",
    },
    Garment {
        class: "Sweaters",
        department: "Tops",
        word: "sweater",
    },
    Garment {
        class: "Pants",
        department: "Bottoms",
        word: "pair of pants",
    },
    Garment {
        class: "Jeans",
        department: "Bottoms",
        word: "pair of jeans",
    },
    Garment {
        class: "Fine gauge",
        department: "Tops",
        word: "cardigan",
    },
    Garment {
        class: "Skirts",
        department: "Bottoms",
        word: "skirt",
    },
    Garment {
        class: "Jackets",
        department: "Jackets",
        word: "jacket",
    },
    Garment {
        class: "Lounge",
        department: "Intimate",
        word: "robe",
    },
    Garment {
        class: "Outerwear",
        department: "Jackets",
        word: "coat",
    },
    Garment {
        class: "Shorts",
        department: "Bottoms",
        word: "pair of shorts",
    },
];
