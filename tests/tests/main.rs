//! What no single package can hold: that the template, the events, the sources and the pages
//! agree. One binary, because every further one links the world again.

mod handlers;
mod source;
mod template;
mod tidiness;
