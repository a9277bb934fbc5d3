//! Which names look secret: one table, published on the page of the command,
//! section Secrets. Pure.

/// Words that make a name look secret. They are looked for anywhere in the name,
/// which is taken in lower case and without `-`, `_`, `.` and blanks.
pub const SECRET_WORDS: [&str; 24] = [
    "password",
    "passwd",
    "passphrase",
    "storepass",
    "keypass",
    "pwd",
    "secret",
    "credential",
    "token",
    "bearer",
    "authorization",
    "basicauth",
    "connectionstring",
    "privatekey",
    "apikey",
    "accesskey",
    "accountkey",
    "storagekey",
    "encryptionkey",
    "signingkey",
    "sharedkey",
    "masterkey",
    "authkey",
    "sshkey",
];

/// Words that are taken out of a name before it is judged: Cassandra's settings
/// about its ring's tokens and about how long credentials are kept, and members
/// that name a Secret.
pub const HARMLESS_WORDS: [&str; 9] = [
    "numtokens",
    "initialtoken",
    "allocatetokensfor",
    "credentialsvalidity",
    "credentialsupdateinterval",
    "credentialscache",
    "secretkeyref",
    "secretref",
    "secretname",
];

/// Whether the values under a name are masked.
pub fn looks_secret(name: &str) -> bool {
    let kept = name.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ' '));
    let mut squashed: String = kept.flat_map(char::to_lowercase).collect();
    for word in HARMLESS_WORDS {
        if squashed.contains(word) {
            // Something that is in no word, so that the halves do not make a new one.
            squashed = squashed.replace(word, " ");
        }
    }
    SECRET_WORDS.iter().any(|word| squashed.contains(word))
}
