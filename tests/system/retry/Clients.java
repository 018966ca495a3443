/* Sends the requests of standard input by a client as it comes: both retry by default.
 * Usage: java Clients httpclient5|okhttp < "METHOD URL" lines */
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

public final class Clients {
    static final Set<String> WITH_BODY = Set.of("DELETE", "FROB", "PATCH", "POST", "PUT", "QUERY");

    static void httpclient5(String method, String url) throws Exception {
        try (CloseableHttpClient client = HttpClients.createDefault()) {
            HttpUriRequestBase request = new HttpUriRequestBase(method, java.net.URI.create(url));
            if (WITH_BODY.contains(method))
                request.setEntity(new StringEntity("a=1"));
            client.execute(request, response -> {
                EntityUtils.consume(response.getEntity());
                return null;
            });
        }
    }

    static void okhttp(String method, String url) throws Exception {
        OkHttpClient client = new OkHttpClient.Builder().readTimeout(0, TimeUnit.SECONDS).build();
        RequestBody body = WITH_BODY.contains(method) ? RequestBody.create("a=1", null) : null;
        client.newCall(new Request.Builder().url(url).method(method, body).build()).execute().close();
    }

    public static void main(String[] arguments) throws Exception {
        List<Thread> threads = new ArrayList<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null;) {
            String[] words = line.split(" ");
            Thread thread = new Thread(() -> {
                String said = "";
                try {
                    if (arguments[0].equals("okhttp"))
                        okhttp(words[0], words[1]);
                    else
                        httpclient5(words[0], words[1]);
                } catch (Exception error) {
                    said = error.toString();
                }
                System.out.println("done " + words[1] + " " + said);
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads)
            thread.join();
        System.exit(0);
    }
}
