//! A first fleet file: what the sources say of the fleet, and the text of the file.
//!
//! [`Guess`] and [`Found`] are what can be read out of the rings, [`text`] writes it
//! down with comments that say where each line comes from. What cannot be read
//! comes in as [`Settings`]; asking for it is the business of the command line.
//! Pure.

mod facts;
mod text;

pub use facts::{Found, Guess, found, guess};
pub use text::{Settings, text};
