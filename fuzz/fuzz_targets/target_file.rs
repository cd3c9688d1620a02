#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| etalon_fuzz::run::target_file(data));
