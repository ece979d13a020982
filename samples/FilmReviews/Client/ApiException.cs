using System.Net;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>The server refused a request, or could not be reached in several attempts.</summary>
internal sealed class ApiException(HttpStatusCode? status, string? code, string message) : Exception(message)
{
    public HttpStatusCode? Status => status;

    /// <summary>The problem's code, such as <c>unknown-project</c>; null when the answer was no problem document.</summary>
    public string? Code => code;
}
