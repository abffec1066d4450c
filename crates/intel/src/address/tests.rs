//! Tests of the address tables and the book.
