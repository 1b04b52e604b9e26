//! Hosts where anybody can put text or read what was sent.

/// An allowlist with one of them bounds nothing.
const PUBLIC_HOSTS: &[&str] = &[
    "github.com",
    "githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "npmjs.com",
    "npmjs.org",
    "pypi.org",
    "stackoverflow.com",
    "stackexchange.com",
    "reddit.com",
    "medium.com",
    "dev.to",
    "youtube.com",
    "x.com",
    "twitter.com",
    "discord.com",
    "slack.com",
    "telegram.org",
    "t.me",
    "notion.site",
    "notion.so",
    "google.com",
    "googleapis.com",
    "amazonaws.com",
    "cloudfront.net",
    "blob.core.windows.net",
    "pastebin.com",
    "huggingface.co",
    "wikipedia.org",
    "crates.io",
    "docker.com",
    "hub.docker.com",
    "vercel.app",
    "netlify.app",
    "github.io",
    "pages.dev",
    "workers.dev",
    "herokuapp.com",
    "ngrok.io",
    "ngrok.app",
    "gist.github.com",
    "news.ycombinator.com",
    "facebook.com",
    "linkedin.com",
];

/// Whether anybody can put text on `host`, or read what is sent there.
pub fn is_public(host: &str) -> bool {
    PUBLIC_HOSTS
        .iter()
        .any(|it| host.strip_suffix(it).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}
