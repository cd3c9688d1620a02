#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| etalon_fuzz::run::base64(data));
