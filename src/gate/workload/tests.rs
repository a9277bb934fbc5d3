//! The table on a StatefulSet that CassKop made.
