// The application that answers what its path begins with, /404/a by 404, in a Tomcat that logs in each pattern given.
//     java Answers.java PORT FOLDER NAME PATTERN...
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.AccessLogValve;

public class Answers {
    static final Pattern FIRST = Pattern.compile("^/([2-5]\\d\\d)\\b.*");

    static class Answer extends HttpServlet {
        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Matcher found = FIRST.matcher(request.getRequestURI());
            int status = found.matches() ? Integer.parseInt(found.group(1)) : 200;
            response.setStatus(status);
            response.setHeader("X-Answer", Integer.toString(status));
            if (status != 204 && status != 304) {
                response.getOutputStream().print("x\n");
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(arguments[1]);
        Connector connector = new Connector();
        connector.setPort(Integer.parseInt(arguments[0]));
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "answer", new Answer());
        context.addServletMappingDecoded("/*", "answer");
        for (int i = 2; i < arguments.length; i += 2) {
            AccessLogValve valve = new AccessLogValve();
            valve.setDirectory(arguments[1]);
            valve.setPrefix(arguments[i]);
            valve.setRotatable(false);
            valve.setBuffered(false);
            valve.setPattern(arguments[i + 1]);
            tomcat.getHost().getPipeline().addValve(valve);
        }
        tomcat.start();
        tomcat.getServer().await();
    }
}
