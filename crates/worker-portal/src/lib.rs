//! Where people answer human loops in a browser.
