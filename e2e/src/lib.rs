//! Black-box tests: the binary and a browser.
