//! Certification paths (RFC 5280 6): from a certificate to a trust anchor.
//!
//! Paths are built from the certificate upwards, and each step is validated when it is taken:
//! signature, validity, basicConstraints and path length, key usage, names and name constraints,
//! critical extensions. Candidates come from an index by name, and the signatures, the steps and the
//! name comparisons of one search are counted, so that no pile of certificates makes it long.
//!
//! Certificate policies are processed with the initial settings of RFC 5280 6.1.1: any policy will do,
//! and none is demanded but by a certificate of the path. This module has no opinion on whether a path
//! that was found may be used for anything.

mod bundle;
mod names;
mod policies;
mod problem;
mod revocation;
mod search;
mod trust;

pub(crate) use bundle::{Bundle, BundleOrder};
pub(crate) use names::{dns_name_is_valid, subtree_problem};
pub(crate) use problem::Problem;
pub(crate) use revocation::{Revocation, revocation};
pub(crate) use search::{Searched, Store, Terms, unknown_critical};
pub(crate) use trust::{CertificateEncoding, Trust};
