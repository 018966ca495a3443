// Sends the requests of standard input by reqwest with reqwest-retry's middleware.
// Usage: rust-clients < "METHOD URL" lines
use reqwest::Method;
use reqwest_middleware::ClientBuilder;
use reqwest_retry::{policies::ExponentialBackoff, RetryTransientMiddleware};
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() {
    let policy = ExponentialBackoff::builder().build_with_max_retries(3);
    let client = ClientBuilder::new(reqwest::Client::new())
        .with(RetryTransientMiddleware::new_with_policy(policy))
        .build();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut running = tokio::task::JoinSet::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let client = client.clone();
        running.spawn(async move {
            let (method, url) = line.split_once(' ').unwrap();
            let with_body = ["DELETE", "FROB", "PATCH", "POST", "PUT", "QUERY"].contains(&method);
            let mut request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
            if with_body {
                request = request.body("a=1");
            }
            let said = match request.send().await {
                Ok(response) => response.status().to_string(),
                Err(error) => error.to_string(),
            };
            println!("done {url} {said}");
        });
    }
    while running.join_next().await.is_some() {}
}
